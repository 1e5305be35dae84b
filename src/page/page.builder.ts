import { Injectable } from '@nestjs/common';
import type { AuthErrorBody } from '../errors/auth.codes.js';
import { PageSettings } from './page.settings.js';
import { sameOriginPath, withNext } from '../http/next.js';
import type { Texts } from '../messages/message.js';
import type { Captcha, CaptchaWidget } from '../http/captcha.js';
import { CaptchaGate } from '../http/captcha.gate.js';
import { CsrfTokens } from '../http/csrf.tokens.js';
import { ownOrigins } from '../http/own-origin.js';
import { type AuthRequest, type AuthResponse, SESSION } from '../http/auth-request.js';
import { fieldsIn } from '../input/json-object.js';
import { contentSecurityPolicy } from './content-security-policy.js';
import { Notices } from './notices.js';
import {
  fieldNames,
  type FieldValues,
  fieldValues,
  labelsOf,
  type PageContent,
  type PageDefinition,
} from './page.definition.js';
import { RendererLoader } from './renderer-loader.js';
import { Paths } from './paths.js';
import type { Picture } from './site.js';
import { userFieldItems, withFields } from './user-fields.js';
import { formState, type PageSite, type TemplateData } from './view-model.js';

/** A page to render, and for whom. */
export interface WantedPage {
  page: PageDefinition;
  request: AuthRequest;
  response: AuthResponse;
  texts: Texts;
  /** Why the last post was refused. */
  error?: AuthErrorBody;
  content?: PageContent;
}

/** Makes pages: gathers what their templates read, and sets the headers that go with them. */
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
    const captcha = this.captchaOf(page);
    response.setHeader('Content-Language', texts.language);
    response.setHeader(
      'Content-Security-Policy',
      contentSecurityPolicy(page, this.settings.sources, captcha?.sources),
    );
    response.setHeader('X-Frame-Options', 'DENY');
    response.setHeader('Referrer-Policy', 'same-origin');
    response.type('html');
    const renderer = await this.renderers.load();
    return renderer.render(page, this.viewModel(wanted, captcha), texts);
  }

  /** What the fields of a page are called. */
  labels(page: PageDefinition, texts: Texts): ReadonlyMap<string, string> {
    return labelsOf(withFields(page, this.settings.userEntity), texts);
  }

  private captchaOf(page: PageDefinition): Captcha | undefined {
    return page.captcha && page.options !== undefined ? this.captchas.of(page.options) : undefined;
  }

  /**
   * Built name by name, so that a template can never show what nobody meant for it, such as a password or the keys of a
   * request. What a page shows is built so too, by its `contents`, and cannot take the place of a name below.
   */
  private viewModel(wanted: WantedPage, captcha: Captcha | undefined): TemplateData {
    const { page, request, response, texts, error, content: { action, values: _, ...shown } = {} } = wanted;
    const form = withFields(page, this.settings.userEntity);
    const { next: field } = fieldsIn(request.body);
    const next = this.next(request, typeof field === 'string' ? field : undefined);
    const own = this.paths.to(request, page.path ?? page.name, 'POST');
    const { minLength, maxLength } = this.settings.password;
    const session = request[SESSION];
    const values = valuesOf({ ...wanted, page: form });
    return {
      ...shown,
      lang: texts.language,
      rtl: texts.say('layout.direction') === 'rtl',
      site: this.site(request),
      paths: this.paths.links(request, page, next),
      action: page.keepsNext ? withNext(own, next) : (action ?? own),
      logOut: session && this.paths.link('logout', request) ? this.paths.to(request, 'logout', 'POST') : null,
      csrfToken: this.tokens.issue(request, response),
      ...formState(form, values, error),
      userFields: userFieldItems(page, this.settings.userEntity, values, texts),
      values: { ...values, next: next ?? undefined },
      user: session ? { username: session.user.username } : undefined,
      notice: this.notice(wanted),
      password: { minLength, maxLength },
      captcha: captcha && widgetOf(captcha),
    };
  }

  private site(request: AuthRequest): PageSite {
    const { name, url, logo, darkLogo } = this.settings.site;
    const at = (path: string, { id }: Picture): string => `${this.paths.to(request, path)}?v=${id}`;
    const isDark = this.settings.options.darkStyles !== false;
    return {
      name,
      url: url ?? this.paths.home(request),
      logo: logo && {
        light: at('logo', logo),
        dark: darkLogo && isDark ? at('logo/dark', darkLogo) : undefined,
      },
    };
  }

  private notice({ page, request, response, texts, error }: WantedPage): string | undefined {
    const session = request[SESSION];
    const due = session ? this.paths.requirementOf(session) : undefined;
    if (due && due.path === page.path) return texts.say(due.notice);
    return error ? undefined : this.notices.take(request, response);
  }
}

/** What was typed into the page's own form, else what its fields held before. */
function valuesOf({ page, request, content }: WantedPage): FieldValues {
  const typed = fieldsIn(request.body);
  const isOwnForm = fieldNames(page).some((name) => Object.hasOwn(typed, name));
  return fieldValues(page, content?.values && !isOwnForm ? content.values : typed);
}

/** What is public of a captcha. */
function widgetOf({ siteKey, widgetClass, scriptUrl }: Captcha): CaptchaWidget {
  return { siteKey, widgetClass, scriptUrl };
}
