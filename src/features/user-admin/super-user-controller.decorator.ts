import { OwnCsrfGuard } from '../../http/csrf.guard.js';
import { OwnSessionGuard, OwnSuperUserGuard } from '../../http/session.guard.js';
import { AuthController } from '../../page/auth-controller.decorator.js';

/** A controller for super-users alone. */
export const SuperUserController = (path: string): ClassDecorator =>
  AuthController(path, 'refused', OwnSessionGuard, OwnSuperUserGuard, OwnCsrfGuard);
