import { AuthException } from '../errors/auth.exception.js';

/** 429: too many attempts. `Retry-After` (RFC 9110 §10.2.3) gives the seconds until the next attempt is allowed. */
export class TooManyAttemptsException extends AuthException<'too_many_attempts'> {
  /** Seconds until the next attempt is allowed. */
  readonly retryAfter: number;
  override readonly headers: Readonly<Record<string, string>>;

  /**
   * @param waitMs milliseconds until the next attempt is allowed
   * @param isFirst whether this is the first refusal of its key and window; only that one is written to the audit log
   */
  constructor(
    waitMs: number,
    readonly isFirst = true,
  ) {
    const seconds = Math.max(1, Math.ceil(waitMs / 1000));
    super('too_many_attempts', { key: 'error.too_many_attempts', values: { when: { seconds } } });
    this.retryAfter = seconds;
    this.headers = { 'Retry-After': String(this.retryAfter) };
  }
}
