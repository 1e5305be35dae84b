import { Injectable } from '@nestjs/common';
import { ApplicationConfig } from '@nestjs/core';
import { AuthSettings } from '../auth.settings.js';
import type { PageName, PagePaths } from './page-data.js';

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

  /** The links of our pages; a face that is off has none. */
  links(): PagePaths {
    const { routes } = this.settings;
    const link = (isOn: boolean, page: PageName): string | null => (isOn ? this.to(page) : null);
    return {
      login: link(routes.login, 'login'),
      logout: link(routes.logout, 'logout'),
      register: link(routes.register, 'register'),
      changePassword: link(routes.changePassword, 'change-password'),
      styles: this.to('styles.css'),
      home: this.home,
    };
  }
}
