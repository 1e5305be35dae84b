import { Injectable } from '@nestjs/common';
import { OwnCookie } from './own-cookie.js';
import { SessionSettings } from './session.options.js';

/** The cookie that holds the session's token. */
@Injectable()
export class SessionCookie extends OwnCookie {
  constructor({ cookieName, secure, maxExpiry }: SessionSettings) {
    super(cookieName, secure, maxExpiry);
  }
}
