import { AuthException } from './auth.exception.js';

/**
 * 503: the database, the hash queue, a captcha or a password rule is not available; nothing was written and no session was
 * opened.
 */
export class ServiceUnavailableException extends AuthException<'service_unavailable'> {
  constructor(
    readonly what: 'database' | 'hash queue' | 'captcha' | 'password rule',
    cause?: unknown,
  ) {
    super('service_unavailable', { key: 'error.service_unavailable' }, undefined, cause);
  }
}
