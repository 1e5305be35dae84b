import { Injectable } from '@nestjs/common';
import type { AuthErrorBody } from '../errors/auth.codes.js';
import { PageSettings } from './page.settings.js';
import { sameOriginPath, withNext } from '../http/next.js';
import type { Texts } from '../messages/message.js';
import { CaptchaGate } from '../http/captcha.gate.js';
import { CsrfTokens } from '../http/csrf.tokens.js';
import { ownOrigins } from '../http/own-origin.js';
import { type AuthRequest, type AuthResponse, SESSION } from '../http/auth-request.js';
import { contentSecurityPolicy } from './content-security-policy.js';
import { Notices } from './notices.js';
import { contentOf, type PageContent } from './page-content.js';
import { errorsByField, type PageData, type PagePaths } from './page-data.js';
import { RendererLoader } from './renderer-loader.js';
import { fieldsOf, type PageName } from './pages.js';
import { Paths } from './paths.js';
import { fieldsIn, typedValues } from './typed-values.js';

/** The pages whose forms hand `next` on in their address; that of the login has a field for it. */
const TAKES_NEXT: readonly PageName[] = ['change-password', 'register'];

/** A page to be made, and for whom. */
export interface WantedPage {
  page: PageName;
  request: AuthRequest;
  response: AuthResponse;
  texts: Texts;
  /** Why the last post was refused. */
  error?: AuthErrorBody;
  content?: PageContent;
}

/** Makes pages: gathers what their templates are given, and sets the headers that go with them. */
@Injectable()
export class PageBuilder {
  constructor(
    private readonly renderers: RendererLoader,
    private readonly paths: Paths,
    private readonly tokens: CsrfTokens,
    private readonly settings: PageSettings,
    private readonly captchas: CaptchaGate,
    private readonly notices: Notices,
  ) {}

  /** What the address's `next`, in the form or the query, resolves to on our own origin. */
  next(request: AuthRequest, field?: string): string | null {
    const never = [this.paths.to(request, 'login'), this.paths.to(request, 'logout')];
    return sameOriginPath(
      field ?? request.query['next'],
      ownOrigins(request, this.settings.production),
      never,
    );
  }

  /** The whole page as HTML; its headers are set on the response. */
  async html(wanted: WantedPage): Promise<string> {
    const { page, response, texts } = wanted;
    response.setHeader('Content-Language', texts.language);
    response.setHeader(
      'Content-Security-Policy',
      contentSecurityPolicy(page, this.captchas.of(page)?.sources),
    );
    response.setHeader('X-Frame-Options', 'DENY');
    response.setHeader('Referrer-Policy', 'same-origin');
    response.type('html');
    const data = this.data(wanted);
    const renderer = await this.renderers.load();
    return renderer.render(page, data, texts);
  }

  private data({ page, request, response, texts, error, content = {} }: WantedPage): PageData {
    const session = request[SESSION];
    const due = session ? this.paths.requirementOf(session) : undefined;
    const { next: field } = fieldsIn(request);
    const next = this.next(request, typeof field === 'string' ? field : undefined);
    const own = this.paths.to(request, page, 'POST');
    const { minLength, maxLength } = this.settings.password;
    return {
      paths: this.links(page, request, next),
      action: TAKES_NEXT.includes(page) ? withNext(own, next) : (content.action ?? own),
      csrfToken: this.tokens.issue(request, response),
      error: error && { code: error.code, message: error.message },
      fieldErrors: errorsByField(error?.errors),
      values: { ...valuesOf(page, request, content), next: next ?? undefined },
      user: session ? { username: session.user.username } : undefined,
      notice:
        due?.path === page ? texts.say(due.notice) : error ? undefined : this.notices.take(request, response),
      password: { minLength, maxLength },
      captcha: this.captchas.of(page),
      ...contentOf(content),
    };
  }

  /** The links of a page, but for those that this person would be turned away from. */
  private links(page: PageName, request: AuthRequest, next: string | null): PagePaths {
    const links = this.paths.links(request, page);
    const session = request[SESSION];
    const due = session ? this.paths.requirementOf(session) : undefined;
    const isActive = session && !due;
    const isSuperUser = isActive && session.user.isSuperUser;
    return {
      ...links,
      // Somebody without an account is on the way to the same page, and so is somebody who has one.
      register: links.register && page === 'login' ? withNext(links.register, next) : links.register,
      login: links.login && page === 'register' ? withNext(links.login, next) : links.login,
      home: page === due?.path ? null : links.home,
      sessions: isActive ? links.sessions : null,
      users: isSuperUser ? links.users : null,
      createUser: isSuperUser ? links.createUser : null,
    };
  }
}

/** What was typed into the page's own form, else what its fields held before. */
function valuesOf(page: PageName, request: AuthRequest, content: PageContent): PageData['values'] {
  const typed = fieldsIn(request);
  const isOwnForm = fieldsOf(page).some((name) => Object.hasOwn(typed, name));
  return content.values && !isOwnForm ? typedValues(content.values) : typedValues(typed);
}
