import type { PasswordRuleCode } from '../errors/auth.codes.js';
import { AuthException } from '../errors/auth.exception.js';
import { phraseOf, remember, sumOf } from '../messages/phrase.js';
import type { PasswordFailure, PasswordFailureCode } from './password-failure.js';

/** 422: the new password breaks one or more rules. `errors` lists all of them; `code` is that of the first. */
export class PasswordPolicyException extends AuthException<PasswordFailureCode | PasswordRuleCode> {
  constructor(first: PasswordFailure, rest: readonly PasswordFailure[], field: string) {
    const errors = [first, ...rest].map((failure) =>
      remember({ field, code: failure.code, message: failure.message }, phraseOf(failure)),
    );
    super(first.code, sumOf(errors), errors);
  }
}
