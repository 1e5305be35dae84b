import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import { Strategy } from 'passport-local';
import type { AuthRequest } from '../../http/auth-request.js';
import type { LoginResult } from '../../account/sign-in.js';

/** Passport's name of our strategy; private, so that a host's own `local` is left alone. */
export const STRATEGY = 'sso-local';

/** Where the login guard leaves the attempt for the strategy, and the strategy the result for the controller. */
export const ATTEMPT = Symbol('nestjs-session-auth:attempt');
export const LOGIN_RESULT = 'ssoLogin';

/** A request on its way through Passport. */
export interface LoginRequest extends AuthRequest {
  [ATTEMPT]?: (username: string, password: string) => Promise<LoginResult>;
  [LOGIN_RESULT]?: LoginResult;
}

/**
 * The `passport-local` strategy. Passport keeps one strategy of a name for the whole process, so this one belongs to
 * no application: the login guard of each hands it the attempt with the request.
 */
@Injectable()
export class LocalStrategy extends PassportStrategy(Strategy, STRATEGY) {
  constructor() {
    super({ passReqToCallback: true });
  }

  async validate(request: LoginRequest, username: string, password: string): Promise<LoginResult> {
    const attempt = request[ATTEMPT];
    if (!attempt)
      throw new Error(`Passport's strategy "${STRATEGY}" works behind the module's own login route only.`);
    return attempt(username, password);
  }
}
