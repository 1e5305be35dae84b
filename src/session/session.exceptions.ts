import { AuthException } from '../errors/auth.exception.js';

/** 404: there is no such session, or it is somebody else's. */
export class SessionNotFoundException extends AuthException<'session_not_found'> {
  constructor() {
    super('session_not_found', { key: 'error.session_not_found' });
  }
}
