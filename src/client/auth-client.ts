import { AuthClientError, errorOf } from './client.error.js';
import type {
  ChangedPassword,
  ChangePasswordFields,
  CurrentSession,
  Done,
  Login,
  LoginFields,
  Registration,
  RegistrationFields,
  SessionList,
} from './client.types.js';
import { MemoryTokens, type TokenStore } from './token.store.js';

/** Options of {@link AuthClient}. */
export interface AuthClientOptions {
  /**
   * URL below which the routes of the module are, with their prefix, such as `https://api.example.com/auth`.
   * @default the origin of the page
   */
  url?: string;
  /**
   * Store for the token of a program without cookies; `true` = in memory. The application needs the option `session.bearer`.
   * @default false, which is right for browsers
   */
  bearer?: boolean | TokenStore;
  /** Headers of each request, such as `X-Current-App`. */
  headers?: Readonly<Record<string, string>>;
  /**
   * Function that sends the requests.
   * @default `fetch`
   */
  fetch?: (input: string, init: RequestInit) => Promise<Response>;
}

/**
 * Calls the routes of the module. Every refusal and failure is an {@link AuthClientError}.
 *
 * @example const user = (await new AuthClient().login({ username, password })).user
 */
export class AuthClient {
  private readonly tokens: TokenStore | null;

  constructor(private readonly options: AuthClientOptions = {}) {
    const { bearer = false } = options;
    this.tokens = bearer === true ? new MemoryTokens() : bearer || null;
  }

  /** Logs in. */
  async login(fields: LoginFields): Promise<Login> {
    const asked: Record<string, string> = this.tokens ? { 'X-Session-Transport': 'bearer' } : {};
    const login = await this.request<Login>('POST', 'login', fields, asked);
    await this.keep(login.token);
    return login;
  }

  /** Logs out. It is not an error if the session has already ended. */
  async logout(): Promise<void> {
    await this.unlessSignedOut(this.request('POST', 'logout', {}));
    await this.keep();
  }

  /** Returns the current session with its user; `null` if nobody is signed in. */
  session(): Promise<CurrentSession | null> {
    return this.unlessSignedOut(this.request<CurrentSession>('GET', 'session'));
  }

  /** Registers a new user. This does not sign the user in. */
  register(fields: RegistrationFields): Promise<Registration> {
    return this.request('POST', 'register', { confirm_password: fields.password, ...fields });
  }

  /** Changes the user's own password. The session ends, unless the application keeps it. */
  async changePassword(fields: ChangePasswordFields): Promise<ChangedPassword> {
    const body = { confirm_new_password: fields.new_password, ...fields };
    const changed = await this.request<ChangedPassword>('POST', 'change-password', body);
    await this.keep(changed.token);
    return changed;
  }

  /** Returns one page of the user's own sessions, the latest first. @param page number of the page, from 1 */
  sessions(page = 1): Promise<SessionList> {
    return this.request('GET', `sessions?page=${page}`);
  }

  /** Ends one of the user's own sessions. */
  revokeSession(id: string): Promise<Done> {
    return this.request('POST', `sessions/${encodeURIComponent(id)}/revoke`, {});
  }

  /** Ends all of the user's own sessions except the current one. */
  revokeOtherSessions(): Promise<Done & { revoked: number }> {
    return this.request('POST', 'sessions/revoke-others', {});
  }

  /** Calls any other route of the module, such as `users`. @param path below {@link AuthClientOptions.url}, without a leading slash */
  async request<Answer>(
    method: string,
    path: string,
    body?: object,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Answer> {
    const type: Record<string, string> = body ? { 'Content-Type': 'application/json' } : {};
    const token = await this.tokens?.get();
    const response = await this.send(new URL(path, this.base()), {
      method,
      headers: { Accept: 'application/json', ...type, ...headers },
      ...(body && { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw await this.refusal(response, token);
    return response.json().catch((cause: unknown) => {
      const { status } = response;
      throw new AuthClientError('unexpected_answer', status, 'The answer is not JSON.', { cause });
    }) as Promise<Answer>;
  }

  /**
   * Sends a request to a route of your own with the cookie or token of the session. Requests to other origins than that of the
   * module carry neither.
   *
   * @param url relative to {@link AuthClientOptions.url}
   * @throws AuthClientError only if there is no answer
   */
  fetch(url: string | URL, init: RequestInit = {}): Promise<Response> {
    return this.send(new URL(url, this.base()), init);
  }

  private async send(url: URL, init: RequestInit): Promise<Response> {
    const isOwn = url.origin === this.base().origin;
    const headers = new Headers(isOwn ? this.options.headers : undefined);
    new Headers(init.headers).forEach((value, name) => headers.set(name, value));
    const token = isOwn ? await this.tokens?.get() : null;
    if (token) headers.set('Authorization', `Bearer ${token}`);
    const credentials = isOwn && !this.tokens ? 'include' : 'omit';
    const { fetch: through = (input, given) => fetch(input, given) } = this.options;
    const response = await through(url.href, { ...init, headers, credentials }).catch((cause: unknown) => {
      if (init.signal?.aborted) throw cause;
      throw new AuthClientError('unreachable', 0, `${url.origin} does not answer.`, { cause });
    });
    if (token && hasEnded(response)) await this.forget(token);
    return response;
  }

  /** With CORS, the header that {@link hasEnded} reads may be hidden. */
  private async refusal(response: Response, token: string | null | undefined): Promise<AuthClientError> {
    const error = await errorOf(response);
    if (token && error.code === 'not_authenticated') await this.forget(token);
    return error;
  }

  /** Adds a trailing slash, so that paths resolve below it. */
  private base(): URL {
    const { location } = globalThis as { location?: { href: string } };
    const { url = '/' } = this.options;
    if (!URL.canParse(url, location?.href))
      throw new Error('Outside of a browser, AuthClient needs an absolute `url`.');
    const base = new URL(url, location?.href);
    base.pathname = base.pathname.replace(/\/?$/, '/');
    return base;
  }

  private async keep(token: string | null = null): Promise<void> {
    await this.tokens?.set(token);
  }

  /** Removes the token, unless another login has replaced it. */
  private async forget(token: string): Promise<void> {
    if ((await this.tokens?.get()) === token) await this.keep();
  }

  private async unlessSignedOut<Answer>(answer: Promise<Answer>): Promise<Answer | null> {
    try {
      return await answer;
    } catch (error) {
      if (error instanceof AuthClientError && error.code === 'not_authenticated') return null;
      throw error;
    }
  }
}

/** Whether the server says that the session of the token has ended (RFC 6750 §3.1). */
function hasEnded({ status, headers }: Response): boolean {
  return status === 401 && (headers.get('www-authenticate') ?? '').includes('invalid_token');
}
