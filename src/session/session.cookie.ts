import { Injectable } from '@nestjs/common';
import { OwnCookie } from './own-cookie.js';
import { SessionSettings } from './session.options.js';

/**
 * The cookie that holds the session's token. A controller of the host's own writes the `token` that
 * `SsoUserService.login` or `changePassword` returns, and clears the cookie when the session has ended.
 */
@Injectable()
export class SessionCookie extends OwnCookie {
  /** @internal */
  constructor({ cookieName, secure, maxExpiry }: SessionSettings) {
    super(cookieName, secure, maxExpiry);
  }
}
