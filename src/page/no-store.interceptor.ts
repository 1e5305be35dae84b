import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import type { AuthResponse } from '../session/auth-request.js';

/**
 * Keeps what signed-in people see out of every cache, so that the back button shows nothing after a logout
 * (ASVS 14.3.2). A handler may set a `Cache-Control` of its own.
 */
@Injectable()
export class NoStoreInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): ReturnType<CallHandler['handle']> {
    if (context.getType() === 'http') {
      const response = context.switchToHttp().getResponse<AuthResponse>();
      response.vary('Cookie').setHeader('Cache-Control', 'no-store');
    }
    return next.handle();
  }
}
