import { Injectable } from '@nestjs/common';
import { PasswordLogin } from '../../account/password-login.js';
import type { LoginResult } from '../../account/sign-in.js';
import type { AuthRequest } from '../../http/auth-request.js';
import { CallerPipe } from '../../http/caller.pipe.js';
import { CaptchaGate } from '../../http/captcha.gate.js';
import { LoginForm } from './login.input.js';

/** Logs in what the login page posts. */
@Injectable()
export class LoginService {
  constructor(
    private readonly logins: PasswordLogin,
    private readonly callers: CallerPipe,
    private readonly captchas: CaptchaGate,
  ) {}

  /** The body of a request. @throws MissingFieldsException, InvalidFieldException */
  read(request: AuthRequest): LoginForm {
    return this.captchas.read('login', LoginForm, request);
  }

  /** @throws AuthException as `SsoUserService.login`, and CaptchaFailedException */
  login(form: LoginForm, request: AuthRequest): Promise<LoginResult> {
    const caller = this.callers.transform({ request });
    return this.logins.login(form, caller, () => this.captchas.check('login', request, caller.remoteAddress));
  }
}
