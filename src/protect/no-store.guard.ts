import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { AuthResponse } from '../session/auth-request.js';

/** Has no cache keep an answer, nor give it to somebody with another cookie. */
export function keepOutOfCaches(response: AuthResponse): void {
  response.vary('Cookie').setHeader('Cache-Control', 'no-store');
}

/**
 * Keeps what signed-in people see out of every cache, so that the back button shows nothing after a logout
 * (ASVS 14.3.2). A handler may set a `Cache-Control` of its own. It refuses nobody, and is a guard because an
 * interceptor would cost more than the session's lookup.
 */
@Injectable()
export class NoStoreGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    if (context.getType() === 'http') keepOutOfCaches(context.switchToHttp().getResponse<AuthResponse>());
    return true;
  }
}
