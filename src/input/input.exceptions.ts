import type { FieldError } from '../errors/auth.codes.js';
import { AuthException } from '../errors/auth.exception.js';
import { type Phrase, sumOf, translatable } from '../messages/phrase.js';

/** 422: required fields are absent or empty. */
export class MissingFieldsException extends AuthException<'missing_fields'> {
  constructor(errors: readonly FieldError[]) {
    super('missing_fields', { key: 'error.missing_fields' }, errors);
  }
}

/** 422: a field is unknown, or has a wrong type or an impossible value. */
export class InvalidFieldException extends AuthException<'invalid_field'> {
  constructor(errors: readonly FieldError[]) {
    super('invalid_field', sumOf(errors), errors);
  }
}

/** 422: the confirmation differs from the new password. */
export class PasswordsDoNotMatchException extends AuthException<'passwords_do_not_match'> {
  constructor(field: string) {
    const phrase: Phrase = { key: 'error.passwords_do_not_match' };
    super('passwords_do_not_match', phrase, [
      translatable({ field, code: 'passwords_do_not_match' }, phrase),
    ]);
  }
}
