import { HttpException } from '@nestjs/common';
import type { AuthErrorBody, AuthErrorCode, FieldError, PasswordRuleCode } from './auth.codes.js';
import { statusOf } from './auth.status.js';
import { english, type Phrase, remember, sumOf } from '../messages/phrase.js';

/**
 * What every refusal of this module extends: an `HttpException` with a stable `code`.
 * No message ever holds a password, a hash, a token or SQL.
 */
export abstract class AuthException<
  Code extends AuthErrorCode | PasswordRuleCode = AuthErrorCode | PasswordRuleCode,
> extends HttpException {
  /** Headers the answer must carry, for instance `Allow`. */
  readonly headers: Readonly<Record<string, string>> = {};

  /** @param text in English; one that is not a phrase of ours is answered as it is in every language */
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
   * @internal This refusal, which tells of further faults of fields too. Its code and status stay, so that whoever looks for
   * them need not know what else is wrong.
   */
  including(faults: readonly FieldError[]): this {
    if (faults.length === 0) return this;
    const own = this.errors ?? [];
    const errors = [...own, ...faults];
    // A message that is more than the sum of its errors stays, for instance that every field is to be filled in.
    const message = this.message === sumOf(own) ? sumOf(errors) : this.message;
    const told = { errors, message };
    Object.assign(this.getResponse(), told);
    return Object.assign(this, told);
  }

  /** What GraphQL tells clients of an error besides its message; Apollo says the same over HTTP by itself. */
  get extensions(): { originalError: AuthErrorBody } {
    return { originalError: this.getResponse() as AuthErrorBody };
  }
}
