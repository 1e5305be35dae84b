import { Injectable, RequestMethod } from '@nestjs/common';
import { ApplicationConfig } from '@nestjs/core';
import { type SessionRequirement, SessionRequirements } from '../account/session-requirement.js';
import {
  type AuthException,
  NotAuthenticatedException,
  SessionRequirementException,
} from '../errors/auth.exceptions.js';
import type { AuthenticatedSession } from '../session/authenticated-session.js';
import { PageSettings } from './page.settings.js';
import type { AuthRequest } from '../http/auth-request.js';
import { mountPoint } from '../http/mount-point.js';
import type { PagePaths } from './page-data.js';
import { type PageName, PAGES } from './pages.js';
import { matchPath, pathOf } from '../http/path-pattern.js';

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
  ) {}

  /** Path of one of our routes, for instance `/shop/api/auth/login`. */
  to(request: AuthRequest, route: string, method = 'GET'): string {
    return `${mountPoint(request)}${pathOf(this.prefix(route, method), request.params)}/${route}`;
  }

  /** The path of one of our routes before any request, with the names of parameters in it. */
  pattern(route: string): string {
    return `${this.prefix(route, 'GET')}/${route}`;
  }

  /** The host's global prefix, `/` where there is none. */
  get root(): string {
    return joined(this.application.getGlobalPrefix()) || '/';
  }

  /** The values of the names in a path below the mount point, where it is that of a route or below it; otherwise `null`. */
  paramsIn(path: string, route: string, method: string): Record<string, string> | null {
    for (const prefix of [this.fullPrefix, this.ownPrefix]) {
      const found = matchPath(`${prefix}/${route}`, path);
      if (found && this.prefix(`${route}${found.rest}`, method) === prefix) return found.params;
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

  afterLogout(request: AuthRequest): string {
    return this.settings.options.logout?.redirectTo ?? this.to(request, 'login');
  }

  afterRegister(request: AuthRequest): string {
    return this.settings.options.register?.redirectTo ?? this.to(request, 'login');
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

  /** What a page leads to and loads; a route that is off has no link. */
  links(request: AuthRequest, page: PageName): PagePaths {
    const { routes } = this.settings;
    const link = (isOn: boolean, other: PageName): string | null => (isOn ? this.to(request, other) : null);
    return {
      login: link(routes.login, 'login'),
      logout: link(routes.logout, 'logout'),
      register: link(routes.register, 'register'),
      changePassword: link(routes.changePassword, 'change-password'),
      sessions: link(routes.sessions, 'sessions'),
      users: link(routes.users, 'users'),
      createUser: routes.users ? this.to(request, 'users/new') : null,
      styles: this.to(request, 'styles.css'),
      icon: this.settings.options.icon ?? this.to(request, 'icon.svg'),
      script: PAGES[page].script ? this.to(request, 'password.js') : null,
      home: this.home(request),
    };
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
