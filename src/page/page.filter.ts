import { type ArgumentsHost, Catch, type ExceptionFilter, mixin, type Type } from '@nestjs/common';
import { AuthException } from '../errors/auth.exception.js';
import { TimeBudget } from '../database/time-budget.js';
import type { AuthRequest, AuthResponse } from '../http/auth-request.js';
import { answering } from '../http/answering.js';
import { TokenTransport } from '../http/token.transport.js';
import { PageResponder, wantsPage } from './page.responder.js';
import { DoubleSubmits } from './double-submits.js';
import type { PageContent, PageDefinition } from './page.definition.js';
import { REFUSED_PAGE } from './refused.page.js';

/**
 * Responds to a refusal on the routes of a page, or of none. A person who may not see what the page shows gets the page
 * `refused`. Errors that are not ours are left to the host's filters.
 */
export function AnswerFilter(page: PageDefinition | null): Type<ExceptionFilter> {
  @Catch(AuthException)
  class PageAnswerFilter implements ExceptionFilter<AuthException> {
    constructor(
      readonly responder: PageResponder,
      readonly submits: DoubleSubmits,
      readonly transport: TokenTransport,
    ) {}

    catch(exception: AuthException, host: ArgumentsHost): void {
      answering(host, (request, response) => this.answer(exception, request, response));
    }

    private async answer(
      exception: AuthException,
      request: AuthRequest,
      response: AuthResponse,
    ): Promise<void> {
      if (exception.getStatus() === 401)
        this.transport.challenge(request, response, exception.code === 'not_authenticated');
      const earlier = await this.submits.find(exception, request);
      if (earlier) return this.responder.repeat(earlier, response);
      if (!page?.contents) return this.responder.error(exception, request, response, page);
      const content = wantsPage(request) ? await this.contentOf(page, request) : null;
      const shown = content === null ? REFUSED_PAGE : page;
      await this.responder.error(exception, request, response, shown, content ?? undefined);
    }

    private async contentOf(shown: PageDefinition, request: AuthRequest): Promise<PageContent | null> {
      try {
        return await TimeBudget.within(request, () => this.responder.contentOf(shown, request));
      } catch (error) {
        if (error instanceof AuthException) return null;
        throw error;
      }
    }
  }
  return mixin(PageAnswerFilter);
}
