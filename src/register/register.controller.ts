import { Get, Post, Req, Res, UseGuards } from '@nestjs/common';
import { MethodNotAllowedException, PasswordsDoNotMatchException } from '../auth.exceptions.js';
import { Input } from '../input/input.decorator.js';
import { Answers } from '../page/answers.js';
import { Face, OtherMethods } from '../page/face.decorators.js';
import { Paths } from '../page/paths.js';
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
  ) {}

  @Get()
  show(@Req() request: AuthRequest, @Res({ passthrough: true }) response: AuthResponse): object | string {
    return this.answers.page('register', request, response);
  }

  @Post()
  @UseGuards(ReadOnlyGuard('register'), CsrfGuard)
  async register(
    @Input(RegisterForm) { confirmPassword, ...person }: RegisterForm,
    @SsoCaller() caller: SsoCaller,
    @Req() request: AuthRequest,
    @Res({ passthrough: true }) response: AuthResponse,
  ): Promise<object | string> {
    if (person.password !== confirmPassword) throw new PasswordsDoNotMatchException('confirm_password');
    const { id, username, email } = await this.users.signUp(person, caller);
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
