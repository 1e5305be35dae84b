import { type ArgumentsHost, Catch, type ExceptionFilter, Inject, mixin, type Type } from '@nestjs/common';
import { AuthException } from '../errors/auth.exceptions.js';
import { TimeBudget } from '../database/time-budget.js';
import type { AuthRequest, AuthResponse } from '../http/auth-request.js';
import { answering } from '../http/answering.js';
import { PageResponder, wantsPage } from './page.responder.js';
import { DoubleSubmits } from './double-submits.js';
import type { PageContent } from './page-content.js';
import type { PageName } from './pages.js';

/** PageResponder a refusal on the routes of a page, or of none. Errors that are not ours are left to the host's filters. */
export function AnswerFilter(page: PageName | null): Type<ExceptionFilter> {
  @Catch(AuthException)
  class FaceFilter implements ExceptionFilter<AuthException> {
    constructor(
      readonly responder: PageResponder,
      readonly submits: DoubleSubmits,
    ) {}

    catch(exception: AuthException, host: ArgumentsHost): void {
      answering(host, (request, response) => this.answer(exception, request, response));
    }

    private async answer(
      exception: AuthException,
      request: AuthRequest,
      response: AuthResponse,
    ): Promise<void> {
      const earlier = await this.submits.find(exception, request);
      if (earlier) this.responder.repeat(earlier, response);
      else await this.responder.error(exception, request, response, page);
    }
  }
  return mixin(FaceFilter);
}

/** Finds what a page shows. */
export interface PageContents {
  /** @throws AuthException where the person who asks may not see it, or it is not there */
  contentFor(page: PageName, request: AuthRequest): Promise<PageContent>;
}

/** {@link AnswerFilter} for a page with a content; whoever may not see that gets the page `refused`. */
export function ContentFilter(page: PageName, contents: Type<PageContents>): Type<ExceptionFilter> {
  @Catch(AuthException)
  class ContentFaceFilter implements ExceptionFilter<AuthException> {
    constructor(
      readonly responder: PageResponder,
      readonly submits: DoubleSubmits,
      @Inject(contents) readonly finder: PageContents,
    ) {}

    catch(exception: AuthException, host: ArgumentsHost): void {
      answering(host, (request, response) => this.answer(exception, request, response));
    }

    private async answer(
      exception: AuthException,
      request: AuthRequest,
      response: AuthResponse,
    ): Promise<void> {
      const earlier = await this.submits.find(exception, request);
      if (earlier) return this.responder.repeat(earlier, response);
      const content = wantsPage(request) ? await this.content(request) : null;
      const shown = content === null ? 'refused' : page;
      await this.responder.error(exception, request, response, shown, content ?? undefined);
    }

    private async content(request: AuthRequest): Promise<PageContent | null> {
      try {
        return await TimeBudget.within(request, () => this.finder.contentFor(page, request));
      } catch (error) {
        if (error instanceof AuthException) return null;
        throw error;
      }
    }
  }
  return mixin(ContentFaceFilter);
}
