import { Get, Post, Req, Res, UseGuards } from '@nestjs/common';
import type { Inspected } from '../../input/check-input.js';
import { confirmed } from '../../input/confirmed.js';
import { InspectedInput } from '../../http/input.decorator.js';
import type { Json } from '../../input/json-schema.js';
import { PageResponder } from '../../page/page.responder.js';
import { DoubleSubmits } from '../../page/double-submits.js';
import { AuthController } from '../../page/auth-controller.decorator.js';
import type { PASSWORD_CHANGED } from './change-password.json.js';
import { Paths } from '../../page/paths.js';
import { withNext } from '../../http/next.js';
import { OwnCsrfGuard } from '../../http/csrf.guard.js';
import { ReadOnlyGuard } from '../../http/read-only.guard.js';
import type { AuthRequest, AuthResponse } from '../../http/auth-request.js';
import { TokenTransport } from '../../http/token.transport.js';
import { OwnSessionGuard } from '../../http/session.guard.js';
import { AllowPasswordChangeRequired } from '../../http/session.marks.js';
import { SsoCaller } from '../../http/caller.decorator.js';
import { PasswordChange } from '../../account/password-change.js';
import { ChangePasswordForm } from './change-password.input.js';
import { CHANGE_PASSWORD_PAGE } from './change-password.page.js';

/** `/change-password` */
@AuthController('change-password', CHANGE_PASSWORD_PAGE)
@AllowPasswordChangeRequired()
export class ChangePasswordController {
  constructor(
    private readonly passwords: PasswordChange,
    private readonly responder: PageResponder,
    private readonly paths: Paths,
    private readonly transport: TokenTransport,
    private readonly submits: DoubleSubmits,
  ) {}

  @Get()
  @UseGuards(OwnSessionGuard)
  show(
    @Req() request: AuthRequest,
    @Res({ passthrough: true }) response: AuthResponse,
  ): Promise<object | string> {
    return this.responder.page(CHANGE_PASSWORD_PAGE, request, response);
  }

  @Post()
  @UseGuards(ReadOnlyGuard('changePassword'), OwnSessionGuard, OwnCsrfGuard)
  change(
    @InspectedInput(ChangePasswordForm) form: Inspected<ChangePasswordForm>,
    @SsoCaller() caller: SsoCaller,
    @Req() request: AuthRequest,
    @Res({ passthrough: true }) response: AuthResponse,
  ): Promise<object | string> {
    return this.submits.track(request, response, () => this.store(form, caller, request, response));
  }

  private async store(
    form: Inspected<ChangePasswordForm>,
    caller: SsoCaller,
    request: AuthRequest,
    response: AuthResponse,
  ): Promise<object | string> {
    const { token } = await this.passwords.change(
      confirmed(form, 'newPassword', 'confirmNewPassword'),
      caller,
    );
    const next = this.responder.next(request);
    const message = 'password changed';
    if (token === undefined) {
      this.transport.clear(request, response);
      const onward = withNext(this.paths.login(request), next);
      const facts: Json<typeof PASSWORD_CHANGED> = { message, redirect_to: onward };
      return this.responder.success(request, response, facts, { notice: 'password_changed' });
    }
    const given = this.transport.give(request, response, token);
    const onward = next ?? this.paths.home(request);
    const facts: Json<typeof PASSWORD_CHANGED> = { message, redirect_to: onward, ...given };
    return this.responder.success(request, response, facts, { notice: 'password_changed_signed_in' });
  }
}
