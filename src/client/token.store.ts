/** Where a program keeps the token of its session, such as the Keychain of iOS. */
export interface TokenStore {
  /** What was kept last; `null` = nobody is signed in. */
  get(): string | null | undefined | Promise<string | null | undefined>;
  /** Keeps a token; `null` = the session has ended. */
  set(token: string | null): unknown;
}

/** Keeps the token until the program ends. */
export class MemoryTokens implements TokenStore {
  private token: string | null = null;

  get(): string | null {
    return this.token;
  }

  set(token: string | null): void {
    this.token = token;
  }
}
