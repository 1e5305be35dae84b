import type { INestApplicationContext } from '@nestjs/common';
import { CsrfTokens } from '../http/csrf.tokens.js';
import type { AuthRequest, AuthResponse } from '../http/auth-request.js';
import { provided } from './provided.js';

/** What goes with a form post, as a browser that has opened the form would send it. */
export interface FormToken {
  /** The header `Cookie`: what was there before, and the cookie that the token goes with. */
  cookie: string;
  /** The field `csrf_token` of the form. */
  token: string;
}

/**
 * Makes the token that forms have to bring, for the pages of this module and for your own behind `CsrfGuard`. JSON needs none.
 *
 * @param app an application with `AuthModule.forRoot()`, or with `AuthTestingModule`
 * @param cookie whose form it is: what {@link signIn} has given; by default that of a stranger
 */
export function formToken(app: INestApplicationContext, cookie = ''): FormToken {
  const request = { headers: { cookie } } as AuthRequest;
  const cookies = cookie === '' ? [] : [cookie];
  const response = {
    appendHeader: (_: string, line: string) => void cookies.push(line.replace(/;.*/, '')),
  } as unknown as AuthResponse;
  const token = provided(app, CsrfTokens).issue(request, response);
  return { cookie: cookies.join('; '), token };
}
