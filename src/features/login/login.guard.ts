import { type ExecutionContext, Injectable } from '@nestjs/common';
import { AuthGuard } from '@nestjs/passport';
import { TimeBudget } from '../../database/time-budget.js';
import { STRATEGY } from './local.strategy.js';
import { attachLogin, LOGIN_RESULT, type LoginRequest } from './login.request.js';
import { LoginService } from './login.service.js';

/** Checks the body, then has Passport run {@link LocalStrategy}, whose result it leaves with the request. */
@Injectable()
export class LoginGuard extends AuthGuard(STRATEGY) {
  constructor(private readonly service: LoginService) {
    super();
  }

  override async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<LoginRequest>();
    const { service } = this;
    // Before Passport, which would answer a missing field in words of its own.
    attachLogin(request, { service, form: service.read(request) });
    return TimeBudget.within(request, async () => Boolean(await super.canActivate(context)));
  }

  override getAuthenticateOptions(): { session: false; property: string } {
    return { session: false, property: LOGIN_RESULT };
  }
}
