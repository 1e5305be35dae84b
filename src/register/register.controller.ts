import { Get, Post, Req, Res, UseGuards } from '@nestjs/common';
import { MethodNotAllowedException, PasswordsDoNotMatchException } from '../auth.exceptions.js';
import { Answers } from '../page/answers.js';
import { Face, OtherMethods } from '../page/face.decorators.js';
import { Paths } from '../page/paths.js';
import { CaptchaGate } from '../protect/captcha.gate.js';
import { CsrfGuard } from '../protect/csrf.guard.js';
import { ReadOnlyGuard } from '../protect/read-only.guard.js';
import type { AuthRequest, AuthResponse } from '../session/auth-request.js';
import { SsoCaller } from '../user/caller.js';
import { SsoUserService } from '../user/sso-user.service.js';
import { RegisterForm } from './register.input.js';

/** `/register` */
@Face('register', 'register')
export class RegisterController {
  constructor(
    private readonly users: SsoUserService,
    private readonly answers: Answers,
    private readonly paths: Paths,
    private readonly captchas: CaptchaGate,
  ) {}

  @Get()
  show(@Req() request: AuthRequest, @Res({ passthrough: true }) response: AuthResponse): object | string {
    return this.answers.page('register', request, response);
  }

  @Post()
  @UseGuards(ReadOnlyGuard('register'), CsrfGuard)
  async register(
    @SsoCaller() caller: SsoCaller,
    @Req() request: AuthRequest,
    @Res({ passthrough: true }) response: AuthResponse,
  ): Promise<object | string> {
    const { confirmPassword, ...person } = this.captchas.read('register', RegisterForm, request);
    if (person.password !== confirmPassword) throw new PasswordsDoNotMatchException('confirm_password');
    const challenge = (): Promise<void> => this.captchas.check('register', request, caller.remoteAddress);
    const { id, username, email } = await this.users.signUp(person, caller, challenge);
    const facts = {
      message: 'registered',
      redirect_to: this.paths.afterRegister,
      user: { user_id: id, username, email },
    };
    return this.answers.success(request, response, facts, 201);
  }

  @OtherMethods()
  other(): never {
    throw new MethodNotAllowedException('GET, HEAD, POST');
  }
}
