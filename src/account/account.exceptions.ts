import type { AuthErrorCode } from '../errors/auth.codes.js';
import { AuthException } from '../errors/auth.exception.js';
import { type Phrase, translatable } from '../messages/phrase.js';

/** 401: the request or the caller has no live session. */
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

/** 403: the user lacks a permission that `@Requires()` names. */
export class PermissionDeniedException extends AuthException<'permission_denied'> {
  constructor() {
    super('permission_denied', { key: 'error.permission_denied' });
  }
}

/** 403: nobody who is signed in may do this, only code with `SsoUserService.system()`. */
export class SystemCallerRequiredException extends AuthException<'system_caller_required'> {
  constructor() {
    super('system_caller_required', { key: 'error.system_caller_required' });
  }
}

/** 403: the calling application is not one of `apps`. */
export class AppNotAllowedException extends AuthException<'app_not_allowed'> {
  constructor() {
    super('app_not_allowed', { key: 'error.app_not_allowed' });
  }
}

/** 403: signed in, but something else is to be done first; the code says what. */
export abstract class SessionRequirementException<
  Code extends AuthErrorCode = AuthErrorCode,
> extends AuthException<Code> {}

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

/** 403, only after the right password: a temporary password that nobody used in time. */
export class PasswordExpiredException extends AuthException<'password_expired'> {
  constructor() {
    super('password_expired', { key: 'error.password_expired' });
  }
}

/** 422: the old password is wrong. */
export class IncorrectPasswordException extends AuthException<'incorrect_password'> {
  constructor(field = 'old_password') {
    const phrase: Phrase = { key: 'error.incorrect_password' };
    super('incorrect_password', phrase, [translatable({ field, code: 'incorrect_password' }, phrase)]);
  }
}

/** 409: super-users may not do this to their own account, such as delete it or lock it. */
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

/** 409: there would be no active super-user left. */
export class LastSuperUserException extends AuthException<'last_super_user'> {
  constructor() {
    super('last_super_user', { key: 'error.last_super_user' });
  }
}
