import {
  type ArgumentsHost,
  type CallHandler,
  Catch,
  type ExceptionFilter,
  type ExecutionContext,
  Injectable,
  type NestInterceptor,
} from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { EmptyError, ignoreElements, type Observable, tap } from 'rxjs';
import type { AuthResponse } from './auth-request.js';

/**
 * Sends what a handler returns, and passes nothing on: the global interceptors of the host have no page to wrap, and no
 * answer to one person to keep for another.
 */
@Injectable()
export class SendInterceptor implements NestInterceptor<unknown, never> {
  constructor(private readonly adapterHost: HttpAdapterHost) {}

  intercept(context: ExecutionContext, next: CallHandler<unknown>): Observable<never> {
    const response = context.switchToHttp().getResponse<AuthResponse>();
    return next.handle().pipe(
      tap((body) => {
        // Nest's adapter takes it for JSON.
        if (Buffer.isBuffer(body)) response.send(body);
        else this.adapterHost.httpAdapter.reply(response, body);
      }),
      ignoreElements(),
    );
  }
}

/** Ends what Nest takes for a failure: a handler without a value, which {@link SendInterceptor} has sent. */
@Catch(EmptyError)
export class SentFilter implements ExceptionFilter<EmptyError> {
  catch(error: EmptyError, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    if (!http.getResponse<AuthResponse>().headersSent) http.getNext<(error: unknown) => void>()(error);
  }
}
