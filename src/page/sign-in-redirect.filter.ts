import { type ArgumentsHost, Catch, type ExceptionFilter, Injectable } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import {
  type AuthException,
  NotAuthenticatedException,
  PasswordChangeRequiredException,
  SuperUserRequiredException,
} from '../auth.exceptions.js';
import { MAX_ADDRESS } from '../login/next.js';
import { keepOutOfCaches } from '../protect/no-store.guard.js';
import type { AuthRequest, AuthResponse } from '../session/auth-request.js';
import { lazyProvider } from '../session/lazy-provider.js';
import { isNavigation } from './answer.js';
import { Languages } from './languages.js';
import { answerRefusal, endIfBegun } from './gateway.filter.js';
import { visibleUrl } from './mount-point.js';
import { Paths } from './paths.js';

/** Leads a refused page navigation to where the refusal can be mended, and answers all else with the error as JSON. */
@Injectable()
@Catch(NotAuthenticatedException, PasswordChangeRequiredException, SuperUserRequiredException)
export class SignInRedirectFilter implements ExceptionFilter<AuthException> {
  private readonly paths: () => Paths;
  private readonly languages: () => Languages;

  constructor(moduleRef: ModuleRef) {
    this.paths = lazyProvider(moduleRef, Paths);
    this.languages = lazyProvider(moduleRef, Languages);
  }

  catch(exception: AuthException, host: ArgumentsHost): void {
    if (host.getType() !== 'http') return answerRefusal(exception, host, this.languages());
    const http = host.switchToHttp();
    const request = http.getRequest<AuthRequest>();
    const response = http.getResponse<AuthResponse>();
    if (endIfBegun(response)) return;
    const page = isNavigation(request) ? this.paths().afterRefusal(exception, request) : null;
    if (page !== null) {
      keepOutOfCaches(response);
      response.redirect(303, withNext(page, visibleUrl(request)));
    } else {
      answerRefusal(exception, host, this.languages());
    }
  }
}

/** The address of a page that remembers where to go on, unless it would be too long. */
export function withNext(page: string, next: string | null | undefined): string {
  if (!next) return page;
  const address = `${page}${page.includes('?') ? '&' : '?'}next=${encodeURIComponent(next)}`;
  return address.length > MAX_ADDRESS ? page : address;
}
