import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import { from, lastValueFrom, type Observable } from 'rxjs';
import { TimeBudget } from '../database/time-budget.js';

/** Has the handler share the timeout of its request's guards. */
export class TimeBudgetInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = context.switchToHttp().getRequest<object>();
    return from(TimeBudget.within(request, () => lastValueFrom(next.handle())));
  }
}
