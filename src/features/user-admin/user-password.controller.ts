import { Get, Param, Post, Req, Res } from '@nestjs/common';
import type { Inspected } from '../../input/check-input.js';
import { InspectedInput } from '../../http/input.decorator.js';
import type { Json } from '../../input/json-schema.js';
import { prefersJson } from '../../http/answer.js';
import { PageResponder } from '../../page/page.responder.js';
import { DoubleSubmits } from '../../page/double-submits.js';
import { OnPage } from '../../page/auth-controller.decorator.js';
import type { AuthRequest, AuthResponse } from '../../http/auth-request.js';
import { SsoCaller } from '../../http/caller.decorator.js';
import { PasswordChange } from '../../account/password-change.js';
import { SsoUserService } from '../../account/sso-user.service.js';
import { fullUserJson } from '../../account/user.json.js';
import type { PASSWORD_GENERATED, PASSWORD_SET } from './users.json.js';
import { SetPasswordForm } from './users.input.js';
import { SuperUserController } from '../../page/super-user-controller.decorator.js';
import { UsersPages } from './users.pages.js';
import { USER_PASSWORD_PAGE } from './user-admin.pages.js';

/** `/users/:id/password`, for super-users. */
@SuperUserController('users/:id/password')
export class UserPasswordController {
  constructor(
    private readonly users: SsoUserService,
    private readonly passwords: PasswordChange,
    private readonly responder: PageResponder,
    private readonly pages: UsersPages,
    private readonly submits: DoubleSubmits,
  ) {}

  @Get()
  async showPassword(
    @Req() request: AuthRequest,
    @Res({ passthrough: true }) response: AuthResponse,
  ): Promise<object | string> {
    return this.responder.page(USER_PASSWORD_PAGE, request, response);
  }

  @Post()
  @OnPage(USER_PASSWORD_PAGE)
  async setPassword(
    @Param('id') userId: string,
    @InspectedInput(SetPasswordForm) form: Inspected<SetPasswordForm>,
    @SsoCaller() caller: SsoCaller,
    @Req() request: AuthRequest,
    @Res({ passthrough: true }) response: AuthResponse,
  ): Promise<object | string> {
    const { user } = await this.passwords.change(
      form.refusal
        ? { refusal: form.refusal, valid: { ...form.valid, userId } }
        : { refusal: null, valid: { ...form.valid, userId } },
      caller,
    );
    const facts: Json<typeof PASSWORD_SET> = { message: 'password changed', user: fullUserJson(user) };
    const outcome = { notice: 'user_password_set' } as const;
    return this.responder.done(request, response, facts, this.pages.pathOf(user, request), outcome);
  }

  @Post('generate')
  @OnPage(USER_PASSWORD_PAGE)
  async generatePassword(
    @Param('id') id: string,
    @SsoCaller() caller: SsoCaller,
    @Req() request: AuthRequest,
    @Res({ passthrough: true }) response: AuthResponse,
  ): Promise<object | string> {
    return this.submits.track(request, response, () => this.reset(id, caller, request, response));
  }

  private async reset(
    id: string,
    caller: SsoCaller,
    request: AuthRequest,
    response: AuthResponse,
  ): Promise<object | string> {
    const { user, password } = await this.users.resetPassword(id, caller);
    const facts: Json<typeof PASSWORD_GENERATED> = {
      message: 'password generated',
      user: fullUserJson(user),
      password,
    };
    return this.responder.done(
      request,
      response,
      facts,
      this.pages.handOver({ user, password }, request, response),
    );
  }

  /** Where a form leads that generates a password: reloading it generates no other one, and shows none. */
  @Get('generate')
  async showGenerated(
    @Param('id') id: string,
    @SsoCaller() caller: SsoCaller,
    @Req() request: AuthRequest,
    @Res({ passthrough: true }) response: AuthResponse,
  ): Promise<object | string> {
    const user = await this.users.getUserById(id, caller);
    if (prefersJson(request)) return this.responder.token(request, response);
    const content = this.pages.generated(user, request, response);
    if (content) return this.responder.show(USER_PASSWORD_PAGE, request, response, content);
    response.status(303).location(this.pages.pathOf(user, request));
    return '';
  }
}
