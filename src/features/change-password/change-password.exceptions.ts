import { SessionRequirementException } from '../../account/account.exceptions.js';

/** 403: signed in, but a new password must be chosen before anything else. */
export class PasswordChangeRequiredException extends SessionRequirementException<'password_change_required'> {
  constructor() {
    super('password_change_required', { key: 'error.password_change_required' });
  }
}
