import { Injectable } from '@nestjs/common';
import { ApplicationConfig } from '@nestjs/core';
import { AuthSettings } from '../auth.settings.js';
import type { PagePaths } from './page-data.js';
import { type PageName, PAGES } from './pages.js';

/** The absolute paths of our routes, below the host's global prefix and `routePrefix`. */
@Injectable()
export class Paths {
  constructor(
    private readonly application: ApplicationConfig,
    private readonly settings: AuthSettings,
  ) {}

  /** Path of one of our routes, for instance `/api/auth/login`. */
  to(route: string): string {
    // Read on use: the host sets its global prefix after the module is made.
    const parts = [this.application.getGlobalPrefix(), this.settings.routePrefix, route];
    return `/${parts
      .flatMap((part) => part.split('/'))
      .filter(Boolean)
      .join('/')}`;
  }

  /** Where somebody who is not signed in logs in. */
  get login(): string {
    return this.settings.options.changePassword?.loginUrl ?? this.to('login');
  }

  get changePassword(): string {
    return this.to('change-password');
  }

  /** Where a login leads; `null` = nowhere. */
  get home(): string | null {
    const { redirectTo = '/' } = this.settings.options.login ?? {};
    return redirectTo;
  }

  get afterLogout(): string {
    return this.settings.options.logout?.redirectTo ?? this.to('login');
  }

  get afterRegister(): string {
    return this.settings.options.register?.redirectTo ?? this.to('login');
  }

  /** What a page leads to and loads; a face that is off has no link. */
  links(page: PageName): PagePaths {
    const { routes } = this.settings;
    const link = (isOn: boolean, other: PageName): string | null => (isOn ? this.to(other) : null);
    return {
      login: link(routes.login, 'login'),
      logout: link(routes.logout, 'logout'),
      register: link(routes.register, 'register'),
      changePassword: link(routes.changePassword, 'change-password'),
      sessions: link(routes.sessions, 'sessions'),
      users: link(routes.users, 'users'),
      createUser: routes.users ? this.to('users/new') : null,
      styles: this.to('styles.css'),
      script: PAGES[page].script ? this.to('password.js') : null,
      home: this.home,
    };
  }
}
