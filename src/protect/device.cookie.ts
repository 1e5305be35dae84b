import { Injectable } from '@nestjs/common';
import { AuthSettings } from '../auth.settings.js';
import { OwnCookie } from '../session/own-cookie.js';

/**
 * The cookie by which a browser shows that it has signed in before. A controller of the host's own writes the `device`
 * that `SsoUserService.login` returns.
 */
@Injectable()
export class DeviceCookie extends OwnCookie {
  /** @internal */
  constructor({ production, throttle }: AuthSettings) {
    super(production ? '__Host-device' : 'device', production, throttle?.deviceExpiry);
  }
}
