import { Injectable } from '@nestjs/common';
import type { IncomingMessage } from 'node:http';
import { OwnCookie } from './own-cookie.js';
import { isBearerToken } from '../session/session.token.js';
import { SessionSettings } from '../session/session.options.js';

/**
 * The cookie that holds the session's token. A controller of the host's own writes the `token` that
 * `SsoUserService.login` or `changePassword` returns, and clears the cookie when the session has ended.
 */
@Injectable()
export class SessionCookie extends OwnCookie {
  /** @internal */
  constructor({ cookieName, secure, maxExpiry, sameSite }: SessionSettings) {
    super(cookieName, secure, maxExpiry, { path: '/', sameSite });
  }

  /** The token that the browser sent; where it sent several cookies of this name, all of them with blanks between. */
  override read(request: IncomingMessage): string | undefined {
    // Those of programs would let a page that has stolen one sign a browser in.
    const tokens = this.readAll(request).filter((token) => !isBearerToken(token));
    return tokens.join(' ') || undefined;
  }
}
