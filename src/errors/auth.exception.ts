import { HttpException } from '@nestjs/common';
import type { AuthErrorBody, AuthErrorCode, FieldError, PasswordRuleCode } from './auth.codes.js';
import { statusOf } from './auth.status.js';
import { english, type Phrase, remember, sumOf } from '../messages/phrase.js';

/**
 * Base class of this module's exceptions: an `HttpException` with a stable `code`. No message ever contains a password, a hash,
 * a token or SQL.
 */
export abstract class AuthException<
  Code extends AuthErrorCode | PasswordRuleCode = AuthErrorCode | PasswordRuleCode,
> extends HttpException {
  /** Headers that the response must have, for instance `Allow`. */
  readonly headers: Readonly<Record<string, string>> = {};

  /** @param text a phrase, which is translated, or a text in English, which is shown as it is in every language */
  protected constructor(
    readonly code: Code,
    text: string | Phrase,
    readonly errors?: readonly FieldError[],
    cause?: unknown,
  ) {
    const phrase = typeof text === 'string' ? undefined : text;
    const message = typeof text === 'string' ? text : english(text);
    const statusCode = statusOf(code) ?? 422;
    const body: AuthErrorBody = { statusCode, code, message, ...(errors && { errors: [...errors] }) };
    super(body, statusCode, { cause });
    this.message = message;
    remember(this, phrase);
  }

  /**
   * @internal Adds errors of further fields to this exception. Its code and status stay, so that callers can still match on
   * them.
   */
  withFieldErrors(faults: readonly FieldError[]): this {
    if (faults.length === 0) return this;
    const own = this.errors ?? [];
    const errors = [...own, ...faults];
    // A message that is not just the sum of its errors stays, for instance "Please fill in all required fields."
    const message = this.message === sumOf(own) ? sumOf(errors) : this.message;
    const told = { errors, message };
    Object.assign(this.getResponse(), told);
    return Object.assign(this, told);
  }

  /** Error details for GraphQL clients; over HTTP, Apollo adds the same by itself. */
  get extensions(): { originalError: AuthErrorBody } {
    return { originalError: this.getResponse() as AuthErrorBody };
  }
}
