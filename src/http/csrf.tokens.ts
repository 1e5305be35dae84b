import { Injectable } from '@nestjs/common';
import { doubleCsrf } from 'csrf-csrf';
import { HttpSettings } from './http.settings.js';
import type { AuthRequest, AuthResponse } from './auth-request.js';
import { OwnCookie } from './own-cookie.js';
import { SessionCookie } from './session.cookie.js';
import { isPlainHttp } from './plain-http.js';

/** The hidden input of every form. */
export const CSRF_FIELD = 'csrf_token';

type DoubleCsrf = ReturnType<typeof doubleCsrf>;
type CsrfRequest = Parameters<DoubleCsrf['validateRequest']>[0];
type CsrfResponse = Parameters<DoubleCsrf['generateCsrfToken']>[1];

/**
 * Form tokens: a signed double submit (OWASP CSRF cheat sheet) bound to the session's cookie, and before a login to a
 * cookie of its own. A token from before the login is worthless after it.
 */
@Injectable()
export class CsrfTokens {
  private readonly csrf: DoubleCsrf;
  private readonly cookie: OwnCookie;

  /** @internal */
  constructor(
    private readonly settings: HttpSettings,
    private readonly sessionCookie: SessionCookie,
  ) {
    this.cookie = new OwnCookie(settings.production ? '__Host-csrf' : 'csrf', settings.production);
    this.csrf = doubleCsrf({
      getSecret: () => [...settings.secrets],
      getSessionIdentifier: (request) => this.sessionCookie.read(request) ?? '',
      getCsrfTokenFromRequest: (request) => {
        const token: unknown = request.body?.[CSRF_FIELD];
        return typeof token === 'string' ? token : undefined;
      },
      cookieName: this.cookie.name,
    });
  }

  /** The token for a form on the page that answers this request; sets the cookie that goes with it. */
  issue(request: AuthRequest, response: AuthResponse): string {
    const kept = this.cookie.readAll(request).find((token) => this.isPair(request, token, token));
    return this.csrf.generateCsrfToken(this.asRead(request, kept), this.cookieSetter(response));
  }

  /** Whether a form post carries the token that its browser was given. */
  isValid(request: AuthRequest): boolean {
    const { [CSRF_FIELD]: token } = (request.body ?? {}) as Record<string, unknown>;
    return this.cookie.readAll(request).some((cookie) => this.isPair(request, cookie, token));
  }

  /** Whether a browser has dropped the cookie that goes with the token: it is Secure, and the page came over plain HTTP. */
  isDropped(request: AuthRequest): boolean {
    // A page that came over HTTPS says so in its origin, whatever a proxy forgets to say.
    const cameByHttps = request.headers.origin?.startsWith('https:') ?? false;
    const isUnkept = this.settings.production && isPlainHttp(request) && !cameByHttps;
    return isUnkept && this.cookie.readAll(request).length === 0;
  }

  private isPair(request: AuthRequest, cookie: string, token: unknown): boolean {
    return this.csrf.validateRequest(this.asRead(request, cookie, token));
  }

  // The library reads and writes cookies as Express with `cookie-parser` would; the host need not have that.
  private asRead({ headers }: AuthRequest, cookie?: string, token?: unknown): CsrfRequest {
    const cookies = cookie === undefined ? {} : { [this.cookie.name]: cookie };
    return { headers, body: { [CSRF_FIELD]: token }, cookies } as CsrfRequest;
  }

  private cookieSetter(response: AuthResponse): CsrfResponse {
    return { cookie: (_: string, value: string) => this.cookie.write(response, value) } as CsrfResponse;
  }
}
