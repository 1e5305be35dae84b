import { Injectable } from '@nestjs/common';
import type { IncomingMessage } from 'node:http';
import { HttpSettings } from './http.settings.js';
import { OwnCookie } from './own-cookie.js';

/**
 * The cookie by which a browser shows that it has signed in before. A controller of the host's own writes the `device`
 * that `SsoUserService.login` returns.
 */
@Injectable()
export class DeviceCookie extends OwnCookie {
  /** @internal */
  constructor({ production, throttle, session: { sameSite } }: HttpSettings) {
    const name = production ? '__Host-device' : 'device';
    super(name, production, throttle?.deviceExpiry, { path: '/', sameSite });
  }

  /** What the browser shows, in one text where it sent several cookies of this name. */
  override read(request: IncomingMessage): string | undefined {
    return this.readAll(request).join('~') || undefined;
  }
}
