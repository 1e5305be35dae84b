import { OwnCsrfGuard } from '../http/csrf.guard.js';
import { OwnSessionGuard, OwnSuperUserGuard } from '../http/session.guard.js';
import { REFUSED_PAGE } from './refused.page.js';
import { AuthController } from './auth-controller.decorator.js';

/** A controller for super-users alone. */
export const SuperUserController = (path: string): ClassDecorator =>
  AuthController(path, REFUSED_PAGE, OwnSessionGuard, OwnSuperUserGuard, OwnCsrfGuard);
