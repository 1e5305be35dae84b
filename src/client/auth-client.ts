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

/** How an application is reached. */
export interface AuthClientOptions {
  /**
   * Where the routes of the module begin, with their prefix, such as `https://api.example.com/auth`.
   * @default the origin of the page
   */
  url?: string;
  /**
   * For programs without cookies, with the option `session.bearer` of the application: where the token is kept; `true` = in memory.
   * @default false, which is right for browsers
   */
  bearer?: boolean | TokenStore;
  /** Headers of each request, such as `X-Current-App`. */
  headers?: Readonly<Record<string, string>>;
  /**
   * What sends the requests.
   * @default `fetch`
   */
  fetch?: (input: string, init: RequestInit) => Promise<Response>;
}

/**
 * The routes of the module as methods. What is refused, or fails, is an {@link AuthClientError}.
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

  /** Logs out; it is none the worse if the session has ended before. */
  async logout(): Promise<void> {
    await this.unlessSignedOut(this.request('POST', 'logout', {}));
    await this.keep();
  }

  /** Who is signed in, and until when; `null` = nobody. */
  session(): Promise<CurrentSession | null> {
    return this.unlessSignedOut(this.request<CurrentSession>('GET', 'session'));
  }

  /** Registers a new user, who is not signed in by that. */
  register(fields: RegistrationFields): Promise<Registration> {
    return this.request('POST', 'register', { confirm_password: fields.password, ...fields });
  }

  /** Changes the own password. The session ends, unless the application keeps it. */
  async changePassword(fields: ChangePasswordFields): Promise<ChangedPassword> {
    const body = { confirm_new_password: fields.new_password, ...fields };
    const changed = await this.request<ChangedPassword>('POST', 'change-password', body);
    await this.keep(changed.token);
    return changed;
  }

  /** One page of the own sessions, the latest first. @param page from 1 on */
  sessions(page = 1): Promise<SessionList> {
    return this.request('GET', `sessions?page=${page}`);
  }

  /** Ends one of the own sessions. */
  revokeSession(id: string): Promise<Done> {
    return this.request('POST', `sessions/${encodeURIComponent(id)}/revoke`, {});
  }

  /** Ends all of the own sessions but this one. */
  revokeOtherSessions(): Promise<Done & { revoked: number }> {
    return this.request('POST', 'sessions/revoke-others', {});
  }

  /** Any other route of the module, such as `users`. @param path below {@link AuthClientOptions.url}, without a slash before it */
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
   * `fetch` for routes of your own, as whoever is signed in. Requests to other origins than that of the module carry neither
   * cookie nor token.
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

  /** Behind CORS, the headers of {@link hasEnded} may be hidden from us. */
  private async refusal(response: Response, token: string | null | undefined): Promise<AuthClientError> {
    const error = await errorOf(response);
    if (token && error.code === 'not_authenticated') await this.forget(token);
    return error;
  }

  /** With a slash at its end, so that paths go below it. */
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

  /** Unless another login has taken its place. */
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

/** Whether the token was that of a session that has ended (RFC 6750 §3.1). */
function hasEnded({ status, headers }: Response): boolean {
  return status === 401 && (headers.get('www-authenticate') ?? '').includes('invalid_token');
}
