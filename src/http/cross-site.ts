import { Injectable, Logger } from '@nestjs/common';
import type { AuthRequest } from './auth-request.js';
import { HttpSettings } from './http.settings.js';
import { SessionCookie } from './session.cookie.js';

/** Says once in the log that a front end is of another site, where browsers neither keep nor send our cookies. */
@Injectable()
export class CrossSiteWarning {
  private isDue: boolean;

  constructor(
    private readonly cookie: SessionCookie,
    { session }: HttpSettings,
  ) {
    this.isDue = session.sameSite === 'lax';
  }

  /** Called with each unsafe request of an origin that is trusted. */
  check(request: AuthRequest): void {
    const { origin, 'sec-fetch-site': site, 'sec-fetch-mode': mode } = request.headers;
    // Where a form of the other site leads the browser here, cookies are kept.
    if (!this.isDue || site !== 'cross-site' || mode === 'navigate') return;
    if (this.cookie.read(request) !== undefined) return;
    this.isDue = false;
    new Logger('AuthModule').warn(
      `A page of ${origin}, which is in \`trustedOrigins\`, belongs to another site than this application (Sec-Fetch-Site: ` +
        'cross-site). The session cookie is SameSite=Lax, so browsers neither store nor send it there: logins succeed, but ' +
        'every later request gets a 401. Serve both under one domain, such as https://app.example.com and ' +
        'https://api.example.com, let the server of the page forward requests to this application, or set session.sameSite to ' +
        "'none'. See docs/front-end.md.",
    );
  }
}
