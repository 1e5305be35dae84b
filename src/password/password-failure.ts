import type { AuthErrorCode, PasswordRuleCode } from '../errors/auth.codes.js';

/** Stable code of a rule that a new password breaks. */
export type PasswordFailureCode = Extract<
  AuthErrorCode,
  | 'invalid_field'
  | 'password_too_short'
  | 'password_too_long'
  | 'password_too_common'
  | 'password_contains_identity'
  | 'password_unchanged'
  | 'password_reused'
>;

/** One rule that a new password breaks. `message` is a sentence for the user and never contains the password. */
export interface PasswordFailure {
  code: PasswordFailureCode | PasswordRuleCode;
  message: string;
}
