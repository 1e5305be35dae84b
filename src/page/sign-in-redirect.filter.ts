import { type ArgumentsHost, Catch, type ExceptionFilter, Injectable } from '@nestjs/common';
import { ApplicationConfig, ModuleRef } from '@nestjs/core';
import {
  NotAuthenticatedException,
  PermissionDeniedException,
  SessionRequirementException,
  SuperUserRequiredException,
} from '../account/account.exceptions.js';
import type { AuthException } from '../errors/auth.exception.js';
import { lazyProvider } from '../http/lazy-provider.js';
import { isNavigation } from '../http/answer.js';
import { answering } from '../http/answering.js';
import { PageResponder } from './page.responder.js';
import { answerRefusal, endIfBegun } from './gateway.filter.js';
import { REFUSED_PAGE } from './refused.page.js';
import { Languages } from '../http/languages.js';
import { UnknownPathError } from '../http/path-pattern.js';
import { RefusedNavigation } from '../http/refused-navigation.js';

/**
 * Responds to a refused page navigation with the way to where something can be done about it, or else with a page, and all
 * other requests with the error as JSON.
 */
@Injectable()
@Catch(
  NotAuthenticatedException,
  PermissionDeniedException,
  SessionRequirementException,
  SuperUserRequiredException,
)
export class SignInRedirectFilter implements ExceptionFilter<AuthException> {
  private readonly responder: () => PageResponder;
  private readonly languages: () => Languages;

  constructor(moduleRef: ModuleRef) {
    this.responder = lazyProvider(moduleRef, PageResponder);
    this.languages = lazyProvider(moduleRef, Languages);
  }

  catch(exception: AuthException, host: ArgumentsHost): void {
    if (host.getType() !== 'http') return answerRefusal(exception, host, this.languages());
    answering(host, async (request, response) => {
      if (endIfBegun(response)) return;
      if (isNavigation(request)) await this.responder().error(exception, request, response, REFUSED_PAGE);
      else answerRefusal(exception, host, this.languages());
    });
  }
}

/**
 * Responds to navigations that a guard has refused where {@link SignInRedirectFilter} does not stand: those of a global guard
 * alike, those of a guard that stands alone with a page and no redirect. All else is left to the filters of the host.
 */
@Injectable()
@Catch(RefusedNavigation)
export class RefusedNavigationFilter implements ExceptionFilter<AuthException> {
  constructor(
    private readonly application: ApplicationConfig,
    private readonly responder: PageResponder,
    private readonly languages: Languages,
  ) {}

  /**
   * Binds it for the whole application, after the filters of the host: Nest asks the last one first, and one that catches
   * all would make JSON of a page.
   */
  bind(): void {
    this.application.useGlobalFilters(this);
  }

  catch(exception: AuthException, host: ArgumentsHost): void {
    answering(host, async (request, response) => {
      if (endIfBegun(response)) return;
      const isOwn = RefusedNavigation.isByOwnGuard(exception);
      try {
        await this.responder[isOwn ? 'refusal' : 'error'](exception, request, response, REFUSED_PAGE);
      } catch (error) {
        // A prefix with a parameter that this address does not have: no page could lead anywhere.
        if (!(error instanceof UnknownPathError)) throw error;
        answerRefusal(exception, host, this.languages);
      }
    });
  }
}
