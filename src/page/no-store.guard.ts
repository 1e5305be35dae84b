import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { AuthResponse } from '../session/auth-request.js';

/**
 * Keeps what signed-in people see out of every cache, so that the back button shows nothing after a logout
 * (ASVS 14.3.2). A handler may set a `Cache-Control` of its own. It refuses nobody, and is a guard because an
 * interceptor would cost more than the session's lookup.
 */
@Injectable()
export class NoStoreGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    if (context.getType() === 'http') {
      const response = context.switchToHttp().getResponse<AuthResponse>();
      response.vary('Cookie').setHeader('Cache-Control', 'no-store');
    }
    return true;
  }
}
