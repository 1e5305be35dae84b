import { HttpException, HttpStatus } from '@nestjs/common';

/** One refused field of an input; `field` is its name in JSON, also for callers in TypeScript. */
export interface FieldError {
  field: string;
  code: string;
  message: string;
}

/**
 * What every refusal of this module extends: an `HttpException` with a stable `code`.
 * No message ever holds a password, a hash, a token or SQL.
 */
export abstract class AuthException extends HttpException {
  /** Headers the answer must carry, for instance `Allow`. */
  readonly headers: Readonly<Record<string, string>> = {};

  protected constructor(
    status: HttpStatus,
    readonly code: string,
    message: string,
    readonly errors?: readonly FieldError[],
    cause?: unknown,
  ) {
    super({ statusCode: status, code, message, ...(errors && { errors }) }, status, { cause });
    this.message = message;
  }
}

/** 401: no live session stands behind the request or the caller. */
export class NotAuthenticatedException extends AuthException {
  constructor() {
    super(HttpStatus.UNAUTHORIZED, 'not_authenticated', 'Please log in first.');
  }
}

/** 403: only a super-user may do this. */
export class SuperUserRequiredException extends AuthException {
  constructor() {
    super(HttpStatus.FORBIDDEN, 'super_user_required', 'Only a super-user may do this.');
  }
}

/** 401: no such user, or a wrong password; which of the two is never told. */
export class InvalidCredentialsException extends AuthException {
  constructor() {
    super(HttpStatus.UNAUTHORIZED, 'invalid_credentials', 'The username or password is incorrect.');
  }
}

/** 401: a hook of the host refused; the message is the hook's. */
export class RejectedByHookException extends AuthException {
  constructor(message: string) {
    super(HttpStatus.UNAUTHORIZED, 'rejected_by_hook', message);
  }
}

/** 422: the captcha was not solved. */
export class CaptchaFailedException extends AuthException {
  constructor() {
    super(HttpStatus.UNPROCESSABLE_ENTITY, 'captcha_failed', 'Please solve the captcha.');
  }
}

/** 403, only after the right password: a super-user has locked the account. */
export class AccountLockedException extends AuthException {
  constructor() {
    super(HttpStatus.FORBIDDEN, 'account_locked', 'This account is locked. Please ask an administrator.');
  }
}

/** 403, only after the right password: the account is switched off or was never confirmed. */
export class AccountInactiveException extends AuthException {
  constructor() {
    super(HttpStatus.FORBIDDEN, 'account_inactive', 'This account is not active.');
  }
}

/** 403, only after the right password: nobody has approved the account yet, or it was rejected. */
export class AccountNotApprovedException extends AuthException {
  constructor() {
    super(HttpStatus.FORBIDDEN, 'account_not_approved', 'This account has not been approved yet.');
  }
}

/** 403, only after the right password: a temporary password that nobody used in time. */
export class PasswordExpiredException extends AuthException {
  constructor() {
    super(
      HttpStatus.FORBIDDEN,
      'password_expired',
      'This temporary password has expired. Please ask an administrator for a new one.',
    );
  }
}

/** 403: signed in, but a new password must be chosen before anything else. */
export class PasswordChangeRequiredException extends AuthException {
  constructor() {
    super(HttpStatus.FORBIDDEN, 'password_change_required', 'Please choose a new password first.');
  }
}

/** 422: the old password is wrong. */
export class IncorrectPasswordException extends AuthException {
  constructor(field = 'old_password') {
    const message = 'The current password is incorrect.';
    super(HttpStatus.UNPROCESSABLE_ENTITY, 'incorrect_password', message, [
      { field, code: 'incorrect_password', message },
    ]);
  }
}

/** 422: the confirmation differs from the new password. */
export class PasswordsDoNotMatchException extends AuthException {
  constructor(field: string) {
    const message = 'Passwords do not match.';
    super(HttpStatus.UNPROCESSABLE_ENTITY, 'passwords_do_not_match', message, [
      { field, code: 'passwords_do_not_match', message },
    ]);
  }
}

/** 422: the new password breaks one or more rules; `errors` names every one, `code` is that of the first. */
export class PasswordPolicyException extends AuthException {
  constructor(first: Omit<FieldError, 'field'>, rest: readonly Omit<FieldError, 'field'>[], field: string) {
    const errors = [first, ...rest].map(({ code, message }) => ({ field, code, message }));
    super(HttpStatus.UNPROCESSABLE_ENTITY, first.code, errors.map((e) => e.message).join(' '), errors);
  }
}

/** 422: required fields are absent or empty. */
export class MissingFieldsException extends AuthException {
  constructor(errors: readonly FieldError[]) {
    super(HttpStatus.UNPROCESSABLE_ENTITY, 'missing_fields', 'Please fill in every required field.', errors);
  }
}

/** 422: a field is unknown, has the wrong type or an impossible value. */
export class InvalidFieldException extends AuthException {
  constructor(errors: readonly FieldError[]) {
    super(HttpStatus.UNPROCESSABLE_ENTITY, 'invalid_field', errors.map((e) => e.message).join(' '), errors);
  }
}

/** 409: somebody has this user name, in whatever case or Unicode form. */
export class UsernameTakenException extends AuthException {
  constructor() {
    const message = 'This username is taken.';
    super(HttpStatus.CONFLICT, 'username_taken', message, [
      { field: 'username', code: 'username_taken', message },
    ]);
  }
}

/** 409: somebody has this e-mail address. */
export class EmailTakenException extends AuthException {
  constructor() {
    const message = 'This e-mail address is taken.';
    super(HttpStatus.CONFLICT, 'email_taken', message, [{ field: 'email', code: 'email_taken', message }]);
  }
}

/** 404: there is no such user. */
export class UserNotFoundException extends AuthException {
  constructor() {
    super(HttpStatus.NOT_FOUND, 'user_not_found', 'There is no such user.');
  }
}

/** 404: there is no such session, or it is somebody else's. */
export class SessionNotFoundException extends AuthException {
  constructor() {
    super(HttpStatus.NOT_FOUND, 'session_not_found', 'There is no such session.');
  }
}

/** 409: a super-user may not delete, lock or demote the own account. */
export class CannotTargetSelfException extends AuthException {
  constructor() {
    super(HttpStatus.CONFLICT, 'cannot_target_self', 'You cannot do this to your own account.');
  }
}

/** 409: the password was changed by somebody else in the meantime; nothing was written. */
export class ConcurrentChangeException extends AuthException {
  constructor() {
    super(
      HttpStatus.CONFLICT,
      'concurrent_change',
      'The password was changed elsewhere at the same time. Please try again.',
    );
  }
}

/** 403: the calling application is not one of `apps`. */
export class AppNotAllowedException extends AuthException {
  constructor() {
    super(HttpStatus.FORBIDDEN, 'app_not_allowed', 'This application may not be used here.');
  }
}

/** 405: the page is in read-only mode. */
export class ReadOnlyException extends AuthException {
  override readonly headers = { Allow: 'GET, HEAD' };

  constructor() {
    super(HttpStatus.METHOD_NOT_ALLOWED, 'read_only', 'Running in read-only mode.');
  }
}

/** 405: the route does not know this method; `Allow` names those it knows. */
export class MethodNotAllowedException extends AuthException {
  override readonly headers: Readonly<Record<string, string>>;

  constructor(allow: string) {
    super(HttpStatus.METHOD_NOT_ALLOWED, 'method_not_allowed', 'This method is not allowed here.');
    this.headers = { Allow: allow };
  }
}

/** 403: the request comes from another site, or its form token is missing or stale. */
export class CsrfFailedException extends AuthException {
  constructor() {
    super(
      HttpStatus.FORBIDDEN,
      'csrf_failed',
      'This form has expired or came from another site. Please try again.',
    );
  }
}

/** 429: too many attempts; `Retry-After` (RFC 9110 §10.2.3) says in seconds when the next may come. */
export class TooManyAttemptsException extends AuthException {
  /** Seconds. */
  readonly retryAfter: number;
  override readonly headers: Readonly<Record<string, string>>;

  /** @param waitMs milliseconds */
  constructor(waitMs: number) {
    super(HttpStatus.TOO_MANY_REQUESTS, 'too_many_attempts', 'Too many attempts. Please wait and try again.');
    this.retryAfter = Math.max(1, Math.ceil(waitMs / 1000));
    this.headers = { 'Retry-After': String(this.retryAfter) };
  }
}

/** 400: the body could not be parsed; the parser's text is not repeated. */
export class MalformedBodyException extends AuthException {
  constructor() {
    super(HttpStatus.BAD_REQUEST, 'malformed_body', 'The request body could not be read.');
  }
}

/** 413: the body is larger than 10 kB. */
export class BodyTooLargeException extends AuthException {
  constructor() {
    super(HttpStatus.PAYLOAD_TOO_LARGE, 'body_too_large', 'The request body is too large.');
  }
}

/** 415: the body is neither JSON nor a form. */
export class UnsupportedMediaTypeException extends AuthException {
  constructor() {
    super(
      HttpStatus.UNSUPPORTED_MEDIA_TYPE,
      'unsupported_media_type',
      'Send application/json or application/x-www-form-urlencoded.',
    );
  }
}

/** 503: the database or the hash queue cannot serve now; nothing was written and no session was opened. */
export class ServiceUnavailableException extends AuthException {
  constructor(
    readonly what: 'database' | 'hash queue' | 'captcha',
    cause?: unknown,
  ) {
    super(
      HttpStatus.SERVICE_UNAVAILABLE,
      'service_unavailable',
      'This is not possible right now. Please try again in a moment.',
      undefined,
      cause,
    );
  }
}
