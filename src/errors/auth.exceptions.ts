import { HttpException } from '@nestjs/common';
import {
  type AuthErrorBody,
  type AuthErrorCode,
  authErrorStatus,
  type FieldError,
  type PasswordRuleCode,
} from './auth.codes.js';
import { english, type Phrase, phraseOf, remember, sumOf, translatable } from '../messages/phrase.js';
import type { PasswordFailure, PasswordFailureCode } from './password-failure.js';

const STATUSES: ReadonlyMap<string, number> = new Map(Object.entries(authErrorStatus));

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
    const statusCode = statusOf(code);
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

function statusOf(code: string): number {
  return STATUSES.get(code) ?? 422;
}

/** 401: no live session stands behind the request or the caller. */
export class NotAuthenticatedException extends AuthException<'not_authenticated'> {
  constructor() {
    super('not_authenticated', { key: 'error.not_authenticated' });
  }
}

/** 403: only a super-user may do this. */
export class SuperUserRequiredException extends AuthException<'super_user_required'> {
  constructor() {
    super('super_user_required', { key: 'error.super_user_required' });
  }
}

/** 403: nobody who is signed in may do this, only code with `SsoUserService.system()`. */
export class SystemCallerRequiredException extends AuthException<'system_caller_required'> {
  constructor() {
    super('system_caller_required', { key: 'error.system_caller_required' });
  }
}

/** 401: no such user, or a wrong password; which of the two is never told. */
export class InvalidCredentialsException extends AuthException<'invalid_credentials'> {
  constructor() {
    super('invalid_credentials', { key: 'error.invalid_credentials' });
  }
}

/** 401: a hook of the host refused; the message is the hook's. */
export class RejectedByHookException extends AuthException<'rejected_by_hook'> {
  constructor(message: string) {
    super('rejected_by_hook', message);
  }
}

/** 422: the captcha was not solved. */
export class CaptchaFailedException extends AuthException<'captcha_failed'> {
  constructor() {
    super('captcha_failed', { key: 'error.captcha_failed' });
  }
}

/** 403, only after the right password: a super-user has locked the account. */
export class AccountLockedException extends AuthException<'account_locked'> {
  constructor() {
    super('account_locked', { key: 'error.account_locked' });
  }
}

/** 403, only after the right password: the account is switched off or was never confirmed. */
export class AccountInactiveException extends AuthException<'account_inactive'> {
  constructor() {
    super('account_inactive', { key: 'error.account_inactive' });
  }
}

/** 403, only after the right password: nobody has approved the account yet, or it was rejected. */
export class AccountNotApprovedException extends AuthException<'account_not_approved'> {
  constructor() {
    super('account_not_approved', { key: 'error.account_not_approved' });
  }
}

/** 403, only after the right password: a temporary password that nobody used in time. */
export class PasswordExpiredException extends AuthException<'password_expired'> {
  constructor() {
    super('password_expired', { key: 'error.password_expired' });
  }
}

/** 403: signed in, but something else is to be done first; the code says what. */
export abstract class SessionRequirementException<
  Code extends AuthErrorCode = AuthErrorCode,
> extends AuthException<Code> {}

/** 403: signed in, but a new password must be chosen before anything else. */
export class PasswordChangeRequiredException extends SessionRequirementException<'password_change_required'> {
  constructor() {
    super('password_change_required', { key: 'error.password_change_required' });
  }
}

/** 422: the old password is wrong. */
export class IncorrectPasswordException extends AuthException<'incorrect_password'> {
  constructor(field = 'old_password') {
    const phrase: Phrase = { key: 'error.incorrect_password' };
    super('incorrect_password', phrase, [translatable({ field, code: 'incorrect_password' }, phrase)]);
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

/** 422: the new password breaks one or more rules; `errors` names every one, `code` is that of the first. */
export class PasswordPolicyException extends AuthException<PasswordFailureCode | PasswordRuleCode> {
  constructor(first: PasswordFailure, rest: readonly PasswordFailure[], field: string) {
    const errors = [first, ...rest].map((failure) =>
      remember({ field, code: failure.code, message: failure.message }, phraseOf(failure)),
    );
    super(first.code, sumOf(errors), errors);
  }
}

/** 422: required fields are absent or empty. */
export class MissingFieldsException extends AuthException<'missing_fields'> {
  constructor(errors: readonly FieldError[]) {
    super('missing_fields', { key: 'error.missing_fields' }, errors);
  }
}

/** 422: a field is unknown, has the wrong type or an impossible value. */
export class InvalidFieldException extends AuthException<'invalid_field'> {
  constructor(errors: readonly FieldError[]) {
    super('invalid_field', sumOf(errors), errors);
  }
}

/** 409: somebody has this user name, in whatever case or Unicode form. */
export class UsernameTakenException extends AuthException<'username_taken'> {
  constructor() {
    const phrase: Phrase = { key: 'error.username_taken' };
    super('username_taken', phrase, [translatable({ field: 'username', code: 'username_taken' }, phrase)]);
  }
}

/** 409: somebody has this e-mail address. */
export class EmailTakenException extends AuthException<'email_taken'> {
  constructor() {
    const phrase: Phrase = { key: 'error.email_taken' };
    super('email_taken', phrase, [translatable({ field: 'email', code: 'email_taken' }, phrase)]);
  }
}

/** 404: there is no such user. */
export class UserNotFoundException extends AuthException<'user_not_found'> {
  constructor() {
    super('user_not_found', { key: 'error.user_not_found' });
  }
}

/** 404: there is no such session, or it is somebody else's. */
export class SessionNotFoundException extends AuthException<'session_not_found'> {
  constructor() {
    super('session_not_found', { key: 'error.session_not_found' });
  }
}

/** 409: super-users may not do this to their own account, for instance delete it or lock it. */
export class CannotTargetSelfException extends AuthException<'cannot_target_self'> {
  constructor() {
    super('cannot_target_self', { key: 'error.cannot_target_self' });
  }
}

/** 409: what was to be changed was changed by somebody else in the meantime; nothing was written. */
export class ConcurrentChangeException extends AuthException<'concurrent_change'> {
  constructor() {
    super('concurrent_change', { key: 'error.concurrent_change' });
  }
}

/** 409: a constraint of the host's own refused the write; `errors` names the column where the database does. */
export class DataConflictException extends AuthException<'conflict'> {
  /** @param field the column's name in JSON; `undefined` = the database did not say */
  constructor(field?: string, cause?: unknown) {
    const phrase: Phrase = { key: 'error.conflict' };
    const errors = field === undefined ? undefined : [translatable({ field, code: 'conflict' }, phrase)];
    super('conflict', phrase, errors, cause);
  }
}

/** 409: rows of the host's own refer to the user, so the user cannot be deleted. */
export class UserInUseException extends AuthException<'user_in_use'> {
  constructor() {
    super('user_in_use', { key: 'error.user_in_use' });
  }
}

/** 409: there would be no active super-user left. */
export class LastSuperUserException extends AuthException<'last_super_user'> {
  constructor() {
    super('last_super_user', { key: 'error.last_super_user' });
  }
}

/** 403: the calling application is not one of `apps`. */
export class AppNotAllowedException extends AuthException<'app_not_allowed'> {
  constructor() {
    super('app_not_allowed', { key: 'error.app_not_allowed' });
  }
}

/** 405: the page is in read-only mode. */
export class ReadOnlyException extends AuthException<'read_only'> {
  override readonly headers = { Allow: 'GET, HEAD' };

  constructor() {
    super('read_only', { key: 'error.read_only' });
  }
}

/** 405: the route does not know this method; `Allow` names those it knows. */
export class MethodNotAllowedException extends AuthException<'method_not_allowed'> {
  override readonly headers: Readonly<Record<string, string>>;

  constructor(allow: string) {
    super('method_not_allowed', { key: 'error.method_not_allowed' });
    this.headers = { Allow: allow };
  }
}

/** 403: the request comes from another site, or its form token is missing or stale. */
export class CsrfFailedException extends AuthException<'csrf_failed'> {
  /** @param cause `plain_http` where the browser has dropped the token's cookie, which is Secure */
  constructor(cause?: 'plain_http') {
    super('csrf_failed', { key: cause ? `error.csrf_failed.${cause}` : 'error.csrf_failed' });
  }
}

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

/** 400: the body could not be parsed; the parser's text is not repeated. */
export class MalformedBodyException extends AuthException<'malformed_body'> {
  constructor() {
    super('malformed_body', { key: 'error.malformed_body' });
  }
}

/** 413: the body is larger than 10 kB. */
export class BodyTooLargeException extends AuthException<'body_too_large'> {
  constructor() {
    super('body_too_large', { key: 'error.body_too_large' });
  }
}

/** 415: the body is neither JSON nor a form. */
export class UnsupportedMediaTypeException extends AuthException<'unsupported_media_type'> {
  constructor() {
    super('unsupported_media_type', {
      key: 'error.unsupported_media_type',
    });
  }
}

/** 503: the database, the hash queue, a captcha or a password rule cannot serve now; nothing was written and no session was opened. */
export class ServiceUnavailableException extends AuthException<'service_unavailable'> {
  constructor(
    readonly what: 'database' | 'hash queue' | 'captcha' | 'password rule',
    cause?: unknown,
  ) {
    super('service_unavailable', { key: 'error.service_unavailable' }, undefined, cause);
  }
}

/** 503: the connection was lost while a change was committed, so it may be stored or not; repeating it is safe. */
export class OutcomeUnknownException extends AuthException<'outcome_unknown'> {
  constructor(cause?: unknown) {
    super('outcome_unknown', { key: 'error.outcome_unknown' }, undefined, cause);
  }
}
