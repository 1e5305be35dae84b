import { Injectable } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import type { AuthException } from '../errors/auth.exception.js';
import type { Json } from '../input/json-schema.js';
import { withNext } from '../http/next.js';
import { CsrfTokens } from '../http/csrf.tokens.js';
import { protectAnswer } from '../http/request.guard.js';
import { type AuthRequest, type AuthResponse, SESSION } from '../http/auth-request.js';
import { isForm, isNavigation, prefersHtml, prefersJson } from '../http/answer.js';
import { errorBody } from './error-body.js';
import { Languages } from '../http/languages.js';
import { visibleUrl } from '../http/mount-point.js';
import { type Notice, Notices } from './notices.js';
import { PageBuilder } from './page.builder.js';
import type { PAGE } from './page.json.js';
import type { PageContent, PageDefinition } from './page.definition.js';
import { Paths } from './paths.js';
import { REFUSED_PAGE } from './refused.page.js';

/** What every success says; the rest is JSON only. */
export interface Success {
  message: string;
  redirect_to: string | null;
  [fact: string]: unknown;
}

/** What a success has besides its facts. */
interface Outcome {
  /** @default 200 */
  status?: number;
  /** What the page says that a form leads to. */
  notice?: Notice;
}

/** Responds in HTML or JSON, whichever was asked for, always with the same status. */
@Injectable()
export class PageResponder {
  constructor(
    private readonly builder: PageBuilder,
    private readonly paths: Paths,
    private readonly tokens: CsrfTokens,
    private readonly languages: Languages,
    private readonly notices: Notices,
    private readonly moduleRef: ModuleRef,
  ) {}

  /** What the address's `next`, in the form or the query, resolves to on our own origin. */
  next(request: AuthRequest, field?: string): string | null {
    return this.builder.next(request, field);
  }

  /** What a page shows. @throws AuthException where the person who asks may not see it, or it is not there */
  async contentOf(page: PageDefinition, request: AuthRequest): Promise<PageContent> {
    return page.contents ? this.moduleRef.get(page.contents).contentFor(page, request) : {};
  }

  /** A page, or the token for its form as JSON where that is preferred. */
  async page(
    page: PageDefinition,
    request: AuthRequest,
    response: AuthResponse,
  ): Promise<string | Json<typeof PAGE>> {
    const content = await this.contentOf(page, request);
    return prefersJson(request) ? this.token(request, response) : this.show(page, request, response, content);
  }

  /** The token for a form, and who is signed in. */
  token(request: AuthRequest, response: AuthResponse): Json<typeof PAGE> {
    response.status(200);
    return { csrf_token: this.tokens.issue(request, response), ...usernameOf(request) };
  }

  /** A page, whatever was asked for. */
  async show(
    page: PageDefinition,
    request: AuthRequest,
    response: AuthResponse,
    given?: PageContent,
  ): Promise<string> {
    const content = given ?? (await this.contentOf(page, request));
    response.status(200);
    const texts = this.languages.of(request);
    return this.builder.html({ page, request, response, texts, content });
  }

  /** A success: for a form the way on, with a notice for the page there, else the message and the facts. */
  success(
    request: AuthRequest,
    response: AuthResponse,
    facts: Success,
    outcome: Outcome = {},
  ): object | string {
    return this.done(request, response, facts, facts.redirect_to, outcome);
  }

  /** {@link success} with facts that do not say where a form leads; `to` = `null`: nowhere. */
  done(
    request: AuthRequest,
    response: AuthResponse,
    facts: object,
    to: string | null,
    { status = 200, notice }: Outcome = {},
  ): object | string {
    if (to === null || !isForm(request)) {
      this.notices.leave(request, response);
      response.status(status);
      return facts;
    }
    this.notices.leave(request, response, notice);
    response.status(303).location(to);
    return '';
  }

  /** Leads where another answer has led, with its cookies. */
  repeat(
    { location, cookies }: { location: string; cookies: string | string[] },
    response: AuthResponse,
  ): void {
    response.setHeader('Set-Cookie', cookies);
    response.redirect(303, location);
  }

  /** A refusal: the page again for a form, the way to where a navigation can go on, else JSON. */
  async error(
    exception: AuthException,
    request: AuthRequest,
    response: AuthResponse,
    page: PageDefinition | null,
    content?: PageContent,
  ): Promise<void> {
    const onward =
      page !== null && isNavigation(request) ? this.paths.afterRefusal(exception, request) : null;
    if (onward === null) {
      await this.refusal(exception, request, response, page, content);
      return;
    }
    protectAnswer(response);
    setHeaders(exception, response);
    response.removeHeader('WWW-Authenticate');
    response.redirect(303, withNext(onward, visibleUrl(request)));
  }

  /** {@link error} with its own status, and no redirect. */
  async refusal(
    exception: AuthException,
    request: AuthRequest,
    response: AuthResponse,
    page: PageDefinition | null,
    content?: PageContent,
  ): Promise<void> {
    protectAnswer(response);
    setHeaders(exception, response);
    const texts = this.languages.of(request);
    response.status(exception.getStatus());
    if (page !== null && wantsPage(request)) {
      const error = errorBody(exception, texts, this.builder.labels(page, texts));
      const shown = page === REFUSED_PAGE ? { ...content, onward: this.onward(exception, request) } : content;
      response.send(await this.builder.html({ page, request, response, texts, error, content: shown }));
    } else {
      response.setHeader('Content-Language', texts.language);
      response.json(errorBody(exception, texts));
    }
  }

  private onward(
    exception: AuthException,
    request: AuthRequest,
  ): { path: string; label: string } | undefined {
    const texts = this.languages.of(request);
    const path = this.paths.afterRefusal(exception, request);
    if (path !== null) {
      const title = this.paths.requirementBehind(exception)?.title ?? 'login.title';
      const there = isNavigation(request) ? withNext(path, visibleUrl(request)) : path;
      return { path: there, label: texts.say(title) };
    }
    const home = this.paths.home(request);
    return home === null ? undefined : { path: home, label: texts.say('login.continue') };
  }
}

function setHeaders(exception: AuthException, response: AuthResponse): void {
  for (const [name, value] of Object.entries(exception.headers)) response.setHeader(name, value);
}

/** Like is answered with like; only a request without a body has to say what it wants. */
export function wantsPage(request: AuthRequest): boolean {
  return isForm(request) || (!request.is(['json']) && prefersHtml(request));
}

function usernameOf(request: AuthRequest): { username?: string } {
  const session = request[SESSION];
  return session ? { username: session.user.username } : {};
}
