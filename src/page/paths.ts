import { Injectable, RequestMethod } from '@nestjs/common';
import { ApplicationConfig } from '@nestjs/core';
import { type SessionRequirement, SessionRequirements } from '../account/session-requirement.js';
import { NotAuthenticatedException, SessionRequirementException } from '../account/account.exceptions.js';
import type { AuthException } from '../errors/auth.exception.js';
import type { AuthenticatedSession } from '../session/authenticated-session.js';
import { PageSettings } from './page.settings.js';
import { type AuthRequest, SESSION } from '../http/auth-request.js';
import { mountPoint } from '../http/mount-point.js';
import { withNext } from '../http/next.js';
import type { PageDefinition, PageLink } from './page.definition.js';
import { PageList } from './page-list.js';
import type { PagePaths } from './view-model.js';
import { type FoundPath, matchPath, pathOf } from '../http/path-pattern.js';

/**
 * The paths of our routes, as the browser that sent a request sees them. A path that an option names is taken as it is;
 * all others follow where the request came in.
 */
@Injectable()
export class Paths {
  constructor(
    private readonly application: ApplicationConfig,
    private readonly settings: PageSettings,
    private readonly requirements: SessionRequirements,
    private readonly pages: PageList,
  ) {}

  /** Path of one of our routes, for instance `/shop/api/auth/login`. */
  to(request: AuthRequest, route: string, method = 'GET'): string {
    return `${mountPoint(request)}${pathOf(this.prefix(route, method), request.params)}/${route}`;
  }

  /** The path of one of our routes before any request, with the names of parameters in it. */
  pattern(route: string): string {
    return `${this.prefix(route, 'GET')}/${route}`;
  }

  /** The host's global prefix, `/` without one. */
  get root(): string {
    return joined(this.application.getGlobalPrefix()) || '/';
  }

  /** Finds a route, or a path below it, in a path below the mount point. */
  find(path: string, route: string, method: string): FoundPath | null {
    for (const prefix of [this.fullPrefix, this.ownPrefix]) {
      const found = matchPath(`${prefix}/${route}`, path);
      if (found && this.prefix(`${route}${found.rest}`, method) === prefix) return found;
    }
    return null;
  }

  /** Where somebody who is not signed in logs in. */
  login(request: AuthRequest): string {
    return this.settings.options.changePassword?.loginUrl ?? this.to(request, 'login');
  }

  /** Where a login leads; `null` = nowhere. */
  home(request: AuthRequest): string | null {
    const { redirectTo = `${mountPoint(request)}/` } = this.settings.options.login ?? {};
    return redirectTo;
  }

  /** Where a person can do something about a refusal; `null` = nowhere. */
  afterRefusal(exception: AuthException, request: AuthRequest): string | null {
    if (exception instanceof NotAuthenticatedException) return this.login(request);
    const requirement = this.requirementBehind(exception);
    return requirement ? this.to(request, requirement.path) : null;
  }

  /** What a person has to do first, which is what a refusal is about. */
  requirementBehind(exception: AuthException): SessionRequirement | undefined {
    return exception instanceof SessionRequirementException ? this.requirements.behind(exception) : undefined;
  }

  /** What a person has to do before anything else. */
  requirementOf(session: AuthenticatedSession): SessionRequirement | undefined {
    return this.requirements.dueOf(session);
  }

  /** What a page leads to and loads; there is no link to where the application has no route, or this person no access. */
  links(request: AuthRequest, page: PageDefinition, next: string | null): PagePaths {
    const session = request[SESSION];
    const due = session && this.requirementOf(session);
    return {
      ...Object.fromEntries(this.pages.all.flatMap((other) => this.linkTo(other, page, request, next))),
      styles: this.to(request, 'styles.css'),
      icon: this.settings.options.icon ?? this.to(request, 'icon.svg'),
      script: page.script ? this.to(request, 'page.js') : null,
      home: due && due.path === page.path ? null : this.home(request),
    };
  }

  /** A link by its name, as {@link links} has it. */
  link(name: string, request: AuthRequest): string | null {
    const to = this.pages.all.find(({ link }) => link?.name === name);
    return to ? (this.linkTo(to, to, request, null)[0]?.[1] ?? null) : null;
  }

  /** The link of one page to another, with its name. */
  private linkTo(
    to: PageDefinition,
    from: PageDefinition,
    request: AuthRequest,
    next: string | null,
  ): [string, string | null][] {
    const { link, path } = to;
    if (!link || path === undefined) return [];
    const { name, for: audience } = link;
    if (!this.pages.isOn(to) || !this.isFor(audience, request)) return [[name, null]];
    const address = this.to(request, path);
    return [[name, from.linksWithNext?.includes(name) ? withNext(address, next) : address]];
  }

  private isFor(audience: PageLink['for'], request: AuthRequest): boolean {
    if (audience === 'everyone') return true;
    const session = request[SESSION];
    if (!session || this.requirementOf(session)) return false;
    return audience === 'signed-in' || session.user.isSuperUser;
  }

  private get ownPrefix(): string {
    return joined(this.settings.routePrefix);
  }

  /** What stands before a route: the host's global prefix, unless it excludes the route, then `routePrefix`. */
  private prefix(route: string, method: string): string {
    const own = this.ownPrefix;
    const { exclude = [] } = this.application.getGlobalPrefixOptions();
    const isExcluded = exclude.some(
      ({ requestMethod, pathRegex }) =>
        [RequestMethod.ALL, methodOf(method)].includes(requestMethod) && pathRegex.test(`${own}/${route}`),
    );
    return isExcluded ? own : this.fullPrefix;
  }

  // Read on use: the host sets its global prefix after the module is made.
  private get fullPrefix(): string {
    return `${joined(this.application.getGlobalPrefix())}${this.ownPrefix}`;
  }
}

function methodOf(name: string): RequestMethod {
  return RequestMethod[(name === 'HEAD' ? 'GET' : name) as keyof typeof RequestMethod];
}

function joined(prefix: string): string {
  return prefix
    .split('/')
    .filter(Boolean)
    .map((segment) => `/${segment}`)
    .join('');
}
