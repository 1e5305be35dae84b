import { AuthException } from '../errors/auth.exception.js';
import { type Phrase, translatable } from '../messages/phrase.js';

/** 404: the user does not exist. */
export class UserNotFoundException extends AuthException<'user_not_found'> {
  constructor() {
    super('user_not_found', { key: 'error.user_not_found' });
  }
}

/** 409: other rows of the host refer to the user, so the user cannot be deleted. */
export class UserInUseException extends AuthException<'user_in_use'> {
  constructor() {
    super('user_in_use', { key: 'error.user_in_use' });
  }
}

/** 409: another user has this user name, in any case or Unicode form. */
export class UsernameTakenException extends AuthException<'username_taken'> {
  constructor() {
    const phrase: Phrase = { key: 'error.username_taken' };
    super('username_taken', phrase, [translatable({ field: 'username', code: 'username_taken' }, phrase)]);
  }
}

/** 409: another user has this email address. */
export class EmailTakenException extends AuthException<'email_taken'> {
  constructor() {
    const phrase: Phrase = { key: 'error.email_taken' };
    super('email_taken', phrase, [translatable({ field: 'email', code: 'email_taken' }, phrase)]);
  }
}

/** 403, only after the right password: a super-user has locked the account. */
export class AccountLockedException extends AuthException<'account_locked'> {
  constructor() {
    super('account_locked', { key: 'error.account_locked' });
  }
}

/** 403, only after the right password: the account is inactive or was never confirmed. */
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
