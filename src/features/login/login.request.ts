import type { LoginResult } from '../../account/sign-in.js';
import type { AuthRequest } from '../../http/auth-request.js';
import type { LoginForm } from './login.input.js';
import type { LoginService } from './login.service.js';

const LOGIN = Symbol('nestjs-session-auth:login');

/** Where Passport leaves what the strategy answers. */
export const LOGIN_RESULT = 'ssoLogin';

/** What the login guard leaves with a request. */
interface Login {
  /** Of the application that the request is for. */
  service: LoginService;
  form: LoginForm;
}

/** A login on its way from the guard through Passport's strategy to the controller. */
export interface LoginRequest extends AuthRequest {
  [LOGIN]?: Login;
  [LOGIN_RESULT]?: LoginResult;
}

/** Leaves the checked body with the request, and the service that is to log in. */
export function attachLogin(request: LoginRequest, login: Login): void {
  request[LOGIN] = login;
}

/** What the guard has left. @throws Error where it has not run */
export function loginOf({ [LOGIN]: login }: LoginRequest): Login {
  if (!login) throw new Error('This works behind the LoginGuard of the login route only.');
  return login;
}

/** The session that was opened. @throws Error where Passport has left none */
export function loginResultOf({ [LOGIN_RESULT]: result }: LoginRequest): LoginResult {
  if (!result) throw new Error('LoginGuard left no result.');
  return result;
}
