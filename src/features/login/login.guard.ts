import { type ExecutionContext, Injectable } from '@nestjs/common';
import { AuthGuard } from '@nestjs/passport';
import { TimeBudget } from '../../database/time-budget.js';
import { CaptchaGate } from '../../http/captcha.gate.js';
import { CallerPipe } from '../../http/caller.pipe.js';
import { SsoUserService } from '../../account/sso-user.service.js';
import { ATTEMPT, LOGIN_RESULT, type LoginRequest, STRATEGY } from './local.strategy.js';
import { LoginForm } from './login.input.js';

/** Checks the input and logs in through Passport; the result is on the request. */
@Injectable()
export class LoginGuard extends AuthGuard(STRATEGY) {
  constructor(
    private readonly users: SsoUserService,
    private readonly callers: CallerPipe,
    private readonly captchas: CaptchaGate,
  ) {
    super();
  }

  override async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<LoginRequest>();
    // Before Passport, which would answer a missing field in words of its own.
    const { newPassword } = this.captchas.read('login', LoginForm, request);
    const caller = this.callers.transform({ request });
    const challenge = (): Promise<void> => this.captchas.check('login', request, caller.remoteAddress);
    request[ATTEMPT] = (username, password) =>
      this.users.login({ username, password, newPassword }, caller, challenge);
    return TimeBudget.within(request, async () => Boolean(await super.canActivate(context)));
  }

  override getAuthenticateOptions(): { session: false; property: string } {
    return { session: false, property: LOGIN_RESULT };
  }
}
