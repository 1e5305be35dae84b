/** What a hook is told; never a password. */
export interface HookContext {
  /** As it was typed, or as the account has it. */
  username: string;
  /** Absent while nobody is recognised. */
  userId?: string | undefined;
  /** The email address of the account; absent where it has none, and while nobody is recognised. */
  email?: string | undefined;
  /** `req.ip` of the request; an IPv4 address as one also where IPv6 carries it. */
  remoteAddress?: string | undefined;
  userAgent?: string | undefined;
  /** The header `X-Current-App`, unchecked. */
  app?: string | undefined;
  /** The header `X-Correlation-Id`, else `X-Request-Id`, unchecked. */
  correlationId?: string | undefined;
}

/** What a hook may answer: a text refuses with 401 `rejected_by_hook`, nothing goes on. */
export type Verdict = string | void | undefined;

/**
 * The host's own code during a login. Extend it, provide the class in a module, and name it in the option
 * `login.hooks`. A hook that throws makes the request fail, and no session is opened.
 */
export abstract class LoginHooks {
  /** Before the password is looked at. */
  preLogin?(context: HookContext): Verdict | Promise<Verdict>;

  /** After the right password, before there is a session. What it refuses counts as a failed login of the account. */
  loginSuccess?(context: HookContext): Verdict | Promise<Verdict>;

  /** After any refusal, with its code; a text takes the place of the refusal's own. */
  loginFailure?(context: HookContext, code: string): Verdict | Promise<Verdict>;

  /** After a password was changed, by whomever: `actor` is a user's id or `system:<name>`. It cannot be refused any more. */
  passwordChanged?(context: HookContext, actor: string | null): void | Promise<void>;

  /** After somebody has registered. It cannot be refused any more. */
  registered?(context: HookContext): void | Promise<void>;
}
