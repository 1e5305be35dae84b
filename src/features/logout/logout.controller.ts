import {
  type CanActivate,
  type ExecutionContext,
  Get,
  Injectable,
  Post,
  Req,
  Res,
  UseGuards,
} from '@nestjs/common';
import { NotAuthenticatedException } from '../../account/account.exceptions.js';
import { Input } from '../../http/input.decorator.js';
import type { Json } from '../../input/json-schema.js';
import { PageResponder } from '../../page/page.responder.js';
import { AuthController } from '../../page/auth-controller.decorator.js';
import type { DONE } from '../../page/page.json.js';
import { Paths } from '../../page/paths.js';
import { OwnCsrfGuard } from '../../http/csrf.guard.js';
import type { AuthRequest, AuthResponse } from '../../http/auth-request.js';
import { TokenTransport } from '../../http/token.transport.js';
import { OwnSessionGuard } from '../../http/session.guard.js';
import { AllowAnonymous, AllowAnyRequirement } from '../../http/session.marks.js';
import { SsoCaller } from '../../http/caller.decorator.js';
import { SsoUserService } from '../../account/sso-user.service.js';
import { LogoutOptions } from './logout.options.js';
import { LOGOUT_PAGE } from './logout.page.js';

/** What the logout page posts: nothing. */
class LogoutForm {}

/** Refuses a logout without any token; one that names an ended session is welcome. */
@Injectable()
class TokenGuard implements CanActivate {
  constructor(private readonly transport: TokenTransport) {}

  canActivate(context: ExecutionContext): boolean {
    if (this.transport.read(context.switchToHttp().getRequest<AuthRequest>()) === undefined) {
      throw new NotAuthenticatedException();
    }
    return true;
  }
}

/** `/logout` */
@AuthController('logout', LOGOUT_PAGE)
export class LogoutController {
  constructor(
    private readonly users: SsoUserService,
    private readonly responder: PageResponder,
    private readonly paths: Paths,
    private readonly transport: TokenTransport,
    private readonly options: LogoutOptions,
  ) {}

  @Get()
  @UseGuards(OwnSessionGuard)
  @AllowAnonymous()
  @AllowAnyRequirement()
  show(
    @Req() request: AuthRequest,
    @Res({ passthrough: true }) response: AuthResponse,
  ): Promise<object | string> {
    return this.responder.page(LOGOUT_PAGE, request, response);
  }

  @Post()
  @UseGuards(TokenGuard, OwnCsrfGuard)
  async logout(
    @Input(LogoutForm) _form: LogoutForm,
    @SsoCaller() caller: SsoCaller,
    @Req() request: AuthRequest,
    @Res({ passthrough: true }) response: AuthResponse,
  ): Promise<object | string> {
    await this.users.logout(caller);
    this.transport.clear(request, response);
    const { clearSiteData, redirectTo = this.paths.to(request, 'login') } = this.options;
    if (clearSiteData) {
      response.setHeader('Clear-Site-Data', clearSiteData.map((kind) => `"${kind}"`).join(', '));
    }
    const facts: Json<typeof DONE> = { message: 'logged out', redirect_to: redirectTo };
    return this.responder.success(request, response, facts, { notice: 'signed_out' });
  }
}
