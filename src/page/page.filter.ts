import { type ArgumentsHost, Catch, type ExceptionFilter, mixin, type Type } from '@nestjs/common';
import { AuthException } from '../auth.exceptions.js';
import type { AuthRequest, AuthResponse } from '../session/auth-request.js';
import { Answers } from './answers.js';
import type { PageName } from './pages.js';

/** Answers a refusal on the routes of a page, or of none. Errors that are not ours are left to the host's filters. */
export function AnswerFilter(page: PageName | null): Type<ExceptionFilter> {
  @Catch(AuthException)
  class FaceFilter implements ExceptionFilter<AuthException> {
    constructor(readonly answers: Answers) {}

    catch(exception: AuthException, host: ArgumentsHost): void {
      const http = host.switchToHttp();
      this.answers.error(exception, http.getRequest<AuthRequest>(), http.getResponse<AuthResponse>(), page);
    }
  }
  return mixin(FaceFilter);
}
