import { Get, Post, Req, Res, UseGuards } from '@nestjs/common';
import { confirmed } from '../../input/confirmed.js';
import type { Json } from '../../input/json-schema.js';
import { PageResponder } from '../../page/page.responder.js';
import { DoubleSubmits } from '../../page/double-submits.js';
import { AuthController } from '../../page/auth-controller.decorator.js';
import { Paths } from '../../page/paths.js';
import { withNext } from '../../http/next.js';
import { CaptchaGate } from '../../http/captcha.gate.js';
import { OwnCsrfGuard } from '../../http/csrf.guard.js';
import { ReadOnlyGuard } from '../../http/read-only.guard.js';
import type { AuthRequest, AuthResponse } from '../../http/auth-request.js';
import { SsoCaller } from '../../http/caller.decorator.js';
import { NewAccounts } from '../../account/new-accounts.js';
import type { REGISTERED } from './register.json.js';
import { RegisterForm } from './register.input.js';
import { RegisterOptions } from './register.options.js';
import { REGISTER_PAGE } from './register.page.js';

/** `/register` */
@AuthController('register', REGISTER_PAGE)
export class RegisterController {
  constructor(
    private readonly accounts: NewAccounts,
    private readonly responder: PageResponder,
    private readonly paths: Paths,
    private readonly captchas: CaptchaGate,
    private readonly submits: DoubleSubmits,
    private readonly options: RegisterOptions,
  ) {}

  @Get()
  show(
    @Req() request: AuthRequest,
    @Res({ passthrough: true }) response: AuthResponse,
  ): Promise<object | string> {
    return this.responder.page(REGISTER_PAGE, request, response);
  }

  @Post()
  @UseGuards(ReadOnlyGuard('register'), OwnCsrfGuard)
  register(
    @SsoCaller() caller: SsoCaller,
    @Req() request: AuthRequest,
    @Res({ passthrough: true }) response: AuthResponse,
  ): Promise<object | string> {
    return this.submits.track(request, response, () => this.signUp(caller, request, response));
  }

  private async signUp(
    caller: SsoCaller,
    request: AuthRequest,
    response: AuthResponse,
  ): Promise<object | string> {
    const form = confirmed(
      this.captchas.inspect('register', RegisterForm, request),
      'password',
      'confirmPassword',
    );
    const challenge = this.captchas.of('register')
      ? (): Promise<void> => this.captchas.check('register', request, caller.remoteAddress)
      : undefined;
    const user = await this.accounts.signUp(form, caller, challenge);
    const facts: Json<typeof REGISTERED> = {
      message: 'registered',
      redirect_to: this.onward(request),
      user: { user_id: user.id, username: user.username, email: user.email },
    };
    const notice = user.isOpen ? 'registered' : 'registered_awaiting_approval';
    return this.responder.success(request, response, facts, { status: 201, notice });
  }

  /** The login takes `next`; a page of the host's may not know what to do with it. */
  private onward(request: AuthRequest): string {
    const login = this.paths.to(request, 'login');
    const { redirectTo = login } = this.options;
    return redirectTo === login ? withNext(login, this.responder.next(request)) : redirectTo;
  }
}
