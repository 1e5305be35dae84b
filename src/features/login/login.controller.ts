import { Get, Post, Req, Res, UseGuards } from '@nestjs/common';
import type { Json } from '../../input/json-schema.js';
import { PageResponder } from '../../page/page.responder.js';
import { AuthController } from '../../page/auth-controller.decorator.js';
import { Paths } from '../../page/paths.js';
import { withNext } from '../../http/next.js';
import { OwnCsrfGuard } from '../../http/csrf.guard.js';
import { DeviceCookie } from '../../http/device.cookie.js';
import type { AuthRequest, AuthResponse } from '../../http/auth-request.js';
import { TokenTransport } from '../../http/token.transport.js';
import { OwnSessionGuard } from '../../http/session.guard.js';
import { AllowAnonymous, AllowAnyRequirement } from '../../http/session.marks.js';
import { userJson } from '../../account/user.json.js';
import type { LOGGED_IN } from './login.json.js';
import { LoginGuard } from './login.guard.js';
import { LOGIN_PAGE } from './login.page.js';
import { loginOf, type LoginRequest, loginResultOf } from './login.request.js';

/** `/login` */
@AuthController('login', LOGIN_PAGE)
export class LoginController {
  constructor(
    private readonly responder: PageResponder,
    private readonly paths: Paths,
    private readonly transport: TokenTransport,
    private readonly deviceCookie: DeviceCookie,
  ) {}

  @Get()
  @UseGuards(OwnSessionGuard)
  @AllowAnonymous()
  @AllowAnyRequirement()
  show(
    @Req() request: AuthRequest,
    @Res({ passthrough: true }) response: AuthResponse,
  ): Promise<object | string> {
    return this.responder.page(LOGIN_PAGE, request, response);
  }

  @Post()
  @UseGuards(OwnCsrfGuard, LoginGuard)
  login(@Req() request: LoginRequest, @Res({ passthrough: true }) response: AuthResponse): object | string {
    const { form } = loginOf(request);
    const result = loginResultOf(request);
    const given = this.transport.give(request, response, result.token);
    if (result.device !== undefined && given.token === undefined)
      this.deviceCookie.write(response, result.device);
    const next = this.responder.next(request, form.next);
    const home = this.paths.home(request);
    const due = this.paths.requirementOf(result.session);
    const onward = due ? withNext(this.paths.to(request, due.path), next) : (next ?? home);
    const facts: Json<typeof LOGGED_IN> = {
      message: 'logged in',
      redirect_to: home === null ? null : onward,
      user: userJson(result.user),
      password_change_required: result.passwordChangeRequired,
      password_expires_at: result.passwordExpiresAt?.toISOString() ?? null,
      password_about_to_expire: result.passwordAboutToExpire,
      ...given,
    };
    return this.responder.success(request, response, facts);
  }
}
