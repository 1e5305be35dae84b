import { Injectable } from '@nestjs/common';
import type { AuthRequest } from './auth-request.js';
import { CrossSiteWarning } from './cross-site.js';
import { ExpressRequests } from './express-requests.js';
import { HttpSettings } from './http.settings.js';
import { ownOrigins } from './own-origin.js';
import { TokenTransport } from './token.transport.js';

/** Tells whether requests come from pages of this application. */
@Injectable()
export class OriginCheck {
  /** Noted, because several guards ask about one request. */
  private readonly verdicts = new WeakMap<AuthRequest, boolean>();

  constructor(
    private readonly settings: HttpSettings,
    private readonly requests: ExpressRequests,
    private readonly crossSite: CrossSiteWarning,
    private readonly transport: TokenTransport,
  ) {}

  /**
   * Whether a request comes from a page of this application or of a trusted origin, or from a client that is no browser: by
   * `Sec-Fetch-Site`, else by `Origin` (ASVS 3.5.1). Where browsers send the cookie for other sites, `Origin` has to be there.
   */
  isOwnSite(request: AuthRequest): boolean {
    const verdict = this.verdicts.get(request) ?? this.verify(request);
    this.verdicts.set(request, verdict);
    return verdict;
  }

  private verify(request: AuthRequest): boolean {
    // No page of another site can send these headers, and cookies do not count beside them. Web views have odd origins.
    if (this.transport.isBearer(request)) return true;
    const { origin, 'sec-fetch-site': site } = request.headers;
    const { trustedOrigins, production, session } = this.settings;
    if (origin === undefined && session.sameSite === 'none') return false;
    if (origin !== undefined && trustedOrigins.has(origin)) {
      this.crossSite.check(request);
      return true;
    }
    if (site !== undefined) return site === 'same-origin' || site === 'none';
    return origin === undefined || ownOrigins(this.requests.of(request), production).has(origin);
  }
}
