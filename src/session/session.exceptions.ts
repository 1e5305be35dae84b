import { AuthException } from '../errors/auth.exception.js';

/** 404: the session does not exist, or belongs to another user. */
export class SessionNotFoundException extends AuthException<'session_not_found'> {
  constructor() {
    super('session_not_found', { key: 'error.session_not_found' });
  }
}
