import { Injectable, Logger } from '@nestjs/common';
import { HttpSettings } from './http.settings.js';
import type { AuthRequest } from './auth-request.js';

/** Whether a request came without TLS. A proxy that Express does not trust may have ended it, and says so. */
export function isPlainHttp({ protocol, headers }: AuthRequest): boolean {
  return protocol === 'http' && headers['x-forwarded-proto'] !== 'https';
}

/** Says once in the log that nobody can stay signed in: browsers drop a Secure cookie that comes over plain HTTP. */
@Injectable()
export class PlainHttpWarning {
  private isDue: boolean;

  constructor({ production }: HttpSettings) {
    this.isDue = production;
  }

  /** Called with each request to our routes. */
  check(request: AuthRequest): void {
    if (!this.isDue || !isPlainHttp(request)) return;
    this.isDue = false;
    new Logger('AuthModule').warn(
      'A request came over plain HTTP. In production, the cookies are Secure, and browsers reject them there: logins succeed, ' +
        'but nobody stays signed in, and every form has expired. Serve the application over HTTPS. If a proxy terminates TLS, ' +
        "let it send X-Forwarded-Proto, and name it in Express's `trust proxy`. To try the application without HTTPS, set " +
        'the option `production` to false.',
    );
  }
}
