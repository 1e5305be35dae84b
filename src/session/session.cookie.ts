import { Injectable } from '@nestjs/common';
import { parse, serialize } from 'cookie';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { SessionSettings } from './session.options.js';

/** The cookie that holds the session's token (RFC 6265bis). */
@Injectable()
export class SessionCookie {
  constructor(private readonly settings: SessionSettings) {}

  /** The token that the browser sent; the first one where a request carries several. */
  read(request: IncomingMessage): string | undefined {
    return parse(request.headers.cookie ?? '')[this.settings.cookieName] || undefined;
  }

  write(response: ServerResponse, token: string): void {
    this.append(response, token, Math.floor(this.settings.maxExpiry / 1000));
  }

  clear(response: ServerResponse): void {
    this.append(response, '', 0);
  }

  private append(response: ServerResponse, value: string, maxAge: number): void {
    const { cookieName, secure } = this.settings;
    response.appendHeader(
      'Set-Cookie',
      serialize(cookieName, value, { httpOnly: true, sameSite: 'lax', path: '/', maxAge, secure }),
    );
  }
}
