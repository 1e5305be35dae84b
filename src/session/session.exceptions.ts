import { AuthException } from '../errors/auth.exception.js';

/** 404: no such session, or it belongs to somebody else. */
export class SessionNotFoundException extends AuthException<'session_not_found'> {
  constructor() {
    super('session_not_found', { key: 'error.session_not_found' });
  }
}
