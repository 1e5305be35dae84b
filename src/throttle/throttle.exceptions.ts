import { AuthException } from '../errors/auth.exception.js';

/** 429: too many attempts; `Retry-After` (RFC 9110 §10.2.3) says in seconds when the next may come. */
export class TooManyAttemptsException extends AuthException<'too_many_attempts'> {
  /** Seconds. */
  readonly retryAfter: number;
  override readonly headers: Readonly<Record<string, string>>;

  /**
   * @param waitMs milliseconds
   * @param isFirst whether it is the first one of its key and window, which alone is recorded
   */
  constructor(
    waitMs: number,
    readonly isFirst = true,
  ) {
    super('too_many_attempts', { key: 'error.too_many_attempts' });
    this.retryAfter = Math.max(1, Math.ceil(waitMs / 1000));
    this.headers = { 'Retry-After': String(this.retryAfter) };
  }
}
