import { Injectable } from '@nestjs/common';
import type { AuthErrorBody } from '../auth.codes.js';
import { type AuthException, NotAuthenticatedException } from '../auth.exceptions.js';
import { AuthSettings } from '../auth.settings.js';
import type { Json } from '../json-schema.js';
import { sameOriginPath } from '../login/next.js';
import type { Texts } from '../messages/message.js';
import { CaptchaGate } from '../protect/captcha.gate.js';
import { CsrfTokens } from '../protect/csrf.tokens.js';
import { ownOrigins } from '../protect/own-origin.js';
import { protectAnswer } from '../protect/request.guard.js';
import { type AuthRequest, type AuthResponse, SESSION } from '../session/auth-request.js';
import { isForm, isNavigation, prefersHtml, prefersJson } from './answer.js';
import { contentSecurityPolicy } from './content-security-policy.js';
import { errorBody } from './error-body.js';
import { Languages } from './languages.js';
import { type Notice, Notices } from './notices.js';
import { errorsByField, type PageData } from './page-data.js';
import { PageRenderer } from './page-renderer.js';
import type { PAGE } from './page.json.js';
import { labelsOf, type PageName } from './pages.js';
import { Paths } from './paths.js';
import { withNext } from './sign-in-redirect.filter.js';

/** What every success says; the rest is JSON only. */
export interface Success {
  message: string;
  redirect_to: string | null;
  [fact: string]: unknown;
}

/** Answers in HTML or JSON, whichever was asked for, always with the same status. */
@Injectable()
export class Answers {
  constructor(
    private readonly renderer: PageRenderer,
    private readonly paths: Paths,
    private readonly tokens: CsrfTokens,
    private readonly settings: AuthSettings,
    private readonly captchas: CaptchaGate,
    private readonly languages: Languages,
    private readonly notices: Notices,
  ) {}

  /** What the address's `next`, in the form or the query, resolves to on our own origin. */
  next(request: AuthRequest, field?: string): string | null {
    const never = [this.paths.to('login'), this.paths.to('logout')];
    return sameOriginPath(
      field ?? request.query['next'],
      ownOrigins(request, this.settings.production),
      never,
    );
  }

  /** A page, or what it holds as JSON where that is preferred. */
  page(page: PageName, request: AuthRequest, response: AuthResponse): string | object {
    response.status(200);
    if (!prefersJson(request)) return this.html(page, request, response, this.languages.of(request));
    const facts: Json<typeof PAGE> = {
      csrf_token: this.tokens.issue(request, response),
      ...usernameOf(request),
    };
    return facts;
  }

  /** A success: for a form the way on, with a notice for the page there, else the message and the facts. */
  success(
    request: AuthRequest,
    response: AuthResponse,
    facts: Success,
    { status = 200, notice }: { status?: number; notice?: Notice } = {},
  ): object | string {
    if (facts.redirect_to === null || !isForm(request)) {
      this.notices.leave(request, response);
      response.status(status);
      return facts;
    }
    this.notices.leave(request, response, notice);
    response.status(303).location(facts.redirect_to);
    return '';
  }

  /** A refusal: the page again for a form, the login for a navigation that needs one, else JSON. */
  error(exception: AuthException, request: AuthRequest, response: AuthResponse, page: PageName | null): void {
    protectAnswer(response);
    for (const [name, value] of Object.entries(exception.headers)) response.setHeader(name, value);
    if (page !== null && isNavigation(request) && exception instanceof NotAuthenticatedException) {
      response.redirect(303, withNext(this.paths.login, request.originalUrl));
      return;
    }
    const texts = this.languages.of(request);
    response.status(exception.getStatus());
    if (page !== null && wantsPage(request)) {
      const body = errorBody(exception, texts, labelsOf(page, texts));
      response.send(this.html(page, request, response, texts, body));
    } else {
      response.setHeader('Content-Language', texts.language);
      response.json(errorBody(exception, texts));
    }
  }

  private html(
    page: PageName,
    request: AuthRequest,
    response: AuthResponse,
    texts: Texts,
    error?: AuthErrorBody,
  ): string {
    response.setHeader('Content-Language', texts.language);
    response.setHeader(
      'Content-Security-Policy',
      contentSecurityPolicy(page, this.captchas.of(page)?.sources),
    );
    response.setHeader('X-Frame-Options', 'DENY');
    response.setHeader('Referrer-Policy', 'same-origin');
    response.type('html');
    return this.renderer.render(page, this.data(page, request, response, texts, error), texts);
  }

  private data(
    page: PageName,
    request: AuthRequest,
    response: AuthResponse,
    texts: Texts,
    error?: AuthErrorBody,
  ): PageData {
    const session = request[SESSION];
    const mustChange = page === 'change-password' && session?.passwordChangeRequired;
    const links = this.paths.links(page);
    const next = this.next(request, typed(request, 'next'));
    const { minLength, maxLength } = this.settings.password;
    return {
      paths: mustChange ? { ...links, home: null } : links,
      action: page === 'change-password' ? withNext(this.paths.to(page), next) : this.paths.to(page),
      csrfToken: this.tokens.issue(request, response),
      error: error && { code: error.code, message: error.message },
      fieldErrors: errorsByField(error?.errors),
      values: {
        username: typed(request, 'username'),
        email: typed(request, 'email'),
        next: next ?? undefined,
      },
      user: session ? { username: session.user.username } : undefined,
      notice: mustChange
        ? texts.say('notice.password_change_required')
        : error
          ? undefined
          : this.notices.take(request, response),
      password: { minLength, maxLength },
      captcha: this.captchas.of(page),
    };
  }
}

/** Like is answered with like; only a request without a body has to say what it wants. */
function wantsPage(request: AuthRequest): boolean {
  return isForm(request) || (!request.is(['json']) && prefersHtml(request));
}

function typed({ body }: AuthRequest, field: string): string | undefined {
  if (typeof body !== 'object' || body === null) return undefined;
  const value: unknown = Object.entries(body).find(([key]) => key === field)?.[1];
  return typeof value === 'string' ? value : undefined;
}

function usernameOf(request: AuthRequest): { username?: string } {
  const session = request[SESSION];
  return session ? { username: session.user.username } : {};
}
