import type { Provider, Type } from '@nestjs/common';
import type { SessionRequirement } from '../account/session-requirement.js';
import type { Group } from '../input/option-check.js';
import type { DocumentedController } from '../openapi/route-doc.js';
import type { PageDefinition } from '../page/page.definition.js';
import { ASSETS } from './assets/assets.feature.js';
import { AUDIT_LOG } from './audit-log/audit-log.feature.js';
import type { AuditLogTemplates } from './audit-log/audit-log.options.js';
import { CHANGE_PASSWORD } from './change-password/change-password.feature.js';
import type { ChangePasswordOptions } from './change-password/change-password.options.js';
import { LOGIN } from './login/login.feature.js';
import type { LoginOptions } from './login/login.options.js';
import { LOGOUT } from './logout/logout.feature.js';
import type { LogoutOptions } from './logout/logout.options.js';
import { PROFILE } from './profile/profile.feature.js';
import type { ProfileTemplates } from './profile/profile.options.js';
import { REGISTER } from './register/register.feature.js';
import type { RegisterOptions } from './register/register.options.js';
import type { SessionTemplates } from './session-list/session-list.options.js';
import { SESSION_LIST } from './session-list/session-list.feature.js';
import type { UserAdminTemplates } from './user-admin/user-admin.options.js';
import { USER_ADMIN } from './user-admin/user-admin.feature.js';

/** All features. */
export const FEATURES: readonly AuthFeature[] = [
  ASSETS,
  LOGIN,
  LOGOUT,
  REGISTER,
  CHANGE_PASSWORD,
  PROFILE,
  SESSION_LIST,
  USER_ADMIN,
  AUDIT_LOG,
];

/** The routes that an application has. */
export class AuthRoutes {
  /**
   * `/login`.
   * @default true
   */
  login = true;
  /**
   * `/logout`.
   * @default true
   */
  logout = true;
  /**
   * `/change-password`.
   * @default true
   */
  changePassword = true;
  /**
   * `GET /session` and `/sessions`.
   * @default true
   */
  sessions = true;
  /**
   * `/register`.
   * @default false
   */
  register = false;
  /**
   * `/profile`, where users change their own names, and the columns with `@UserField({ profile: true })`.
   * @default false
   */
  profile = false;
  /**
   * `/users` …, the user administration for super-users.
   * @default false
   */
  users = false;
  /**
   * `/audit`, the audit log of all users for super-users.
   * @default false
   */
  audit = false;
}

/** The options of features. */
export interface FeatureOptions {
  /** The page and route `/login`. */
  login?: LoginOptions | undefined;
  /** The page and route `/logout`. */
  logout?: LogoutOptions | undefined;
  /** The page and route `/change-password`. */
  changePassword?: ChangePasswordOptions | undefined;
  /** The page and route `/register`, on with `routes.register`. */
  register?: RegisterOptions | undefined;
}

/** Absolute paths to your own Handlebars templates for pages that have no other options. */
export interface TemplatePaths
  extends ProfileTemplates, SessionTemplates, UserAdminTemplates, AuditLogTemplates {
  /** What people see who may not see another of these pages. */
  refused?: string | undefined;
}

/** One thing that people can do. */
export interface AuthFeature {
  /** The option in `routes` that has it on or off; without one, it is always on. */
  route?: keyof AuthRoutes;
  /** One for each URL, with what OpenAPI says of its routes. */
  controllers: readonly DocumentedController[];
  /** What only it needs. */
  providers?: readonly Provider[];
  pages?: readonly PageDefinition[];
  /** What people may have to do first. It holds without the routes too: a page of the host's may be where it is done. */
  requirements?: readonly Type<SessionRequirement>[];
  /** Its group of options: a class that holds the defaults, which can be injected, and what each option may be. */
  options?: { name: keyof FeatureOptions; type: Type<object>; rules: Group };
}
