import { Injectable } from '@nestjs/common';
import { PageSettings } from './page.settings.js';
import type { AuthRequest, AuthResponse } from '../http/auth-request.js';
import { OwnCookie } from '../http/own-cookie.js';
import type { MessageKey } from '../messages/message.js';
import { Languages } from '../http/languages.js';
import { TokenTransport } from '../http/token.transport.js';

const PREFIX = 'notice.';

/** What has been done, for the next page to say: the name of a text `notice.…`. */
export type Notice = MessageKey extends infer Key
  ? Key extends `${typeof PREFIX}${infer Name}`
    ? Name
    : never
  : never;

/** Long enough for a redirect on a slow line. */
const LIFETIME = 60_000;

/** Tells the page after a redirect what has been done, by a cookie that holds the name of a text and nothing else. */
@Injectable()
export class Notices {
  private readonly cookie: OwnCookie;

  /** @internal */
  constructor(
    private readonly settings: PageSettings,
    private readonly languages: Languages,
    private readonly transport: TokenTransport,
  ) {
    const { production } = settings;
    this.cookie = new OwnCookie(production ? '__Host-notice' : 'notice', production, LIFETIME);
  }

  /** Leaves a notice for the next page; without one, what was left before is taken back. */
  leave(request: AuthRequest, response: AuthResponse, notice?: Notice): void {
    if (this.transport.isBearer(request)) return;
    if (notice) this.cookie.write(response, notice);
    else if (this.left(request)) this.cookie.clear(response);
  }

  /** The sentence that was left for the page which answers this request, if any; it is shown once. */
  take(request: AuthRequest, response: AuthResponse): string | undefined {
    const notice = this.left(request);
    // A HEAD request shows nothing.
    if (notice === undefined || request.method !== 'GET') return undefined;
    this.cookie.clear(response);
    return this.languages.of(request).say(`${PREFIX}${notice}`);
  }

  private left(request: AuthRequest): Notice | undefined {
    const value = this.cookie.read(request);
    return value !== undefined && this.settings.messages.has(`${PREFIX}${value}`)
      ? (value as Notice)
      : undefined;
  }
}
