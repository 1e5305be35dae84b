import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import { Strategy } from 'passport-local';
import type { LoginResult } from '../../account/sign-in.js';
import { loginOf, type LoginRequest } from './login.request.js';

/** Passport's name of our strategy; private, so that a host's own `local` is left alone. */
export const STRATEGY = 'sso-local';

/**
 * The `passport-local` strategy. Passport keeps one strategy of a name for the whole process, and the last application that
 * was started in it has made it. So it takes the service from the request, where the guard of the request's own application
 * has left it.
 */
@Injectable()
export class LocalStrategy extends PassportStrategy(Strategy, STRATEGY) {
  constructor() {
    super({ passReqToCallback: true });
  }

  /** Takes the body that the guard has checked: what `passport-local` reads may come from the query string. */
  async validate(request: LoginRequest): Promise<LoginResult> {
    const { service, form } = loginOf(request);
    return service.login(form, request);
  }
}
