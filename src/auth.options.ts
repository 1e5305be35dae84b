import type { InjectionToken, ModuleMetadata, OptionalFactoryDependency, Type } from '@nestjs/common';
import type { AuditOptions } from './audit/audit.options.js';
import type { Styles } from './page/theme.js';
import type { PasswordOptions } from './password/password.options.js';
import type { Captcha } from './protect/captcha.js';
import type { ThrottleOptions } from './protect/throttle.options.js';
import type { SessionOptions } from './session/session.options.js';
import type { AppsOptions } from './user/authority.js';
import type { LoginHooks } from './user/login.hooks.js';
import type { SsoUserBase } from './user/sso-user.entity.js';
import type { UserValues } from './user/user.store.js';

/** Which HTTP faces exist. */
export class AuthRoutes {
  /** @default true */
  login = true;
  /** @default true */
  logout = true;
  /** @default true */
  changePassword = true;
  /**
   * `GET /session` and `/sessions`.
   * @default true
   */
  sessions = true;
  /** @default false */
  register = false;
  /**
   * The super-users' API.
   * @default false
   */
  users = false;
}

/** Options that shape the module graph; in `forRootAsync` they stand beside `useFactory`, never in its result. */
export interface AuthStaticOptions {
  /**
   * Whether every module of the application can inject what this one exports.
   * @default true
   */
  isGlobal?: boolean | undefined;
  /**
   * Prefix of the routes, below the application's global prefix.
   * @default '' (the routes are `/login` …)
   */
  routePrefix?: string | undefined;
  /**
   * Name of the TypeORM data source.
   * @default 'default'
   */
  dataSource?: string | undefined;
  /**
   * The host's own user class, which extends `SsoUserBase` and is declared `@Entity('sso_user')`.
   * @default SsoUser
   */
  userEntity?: Type<SsoUserBase> | undefined;
  /** Which HTTP faces exist. */
  routes?: Partial<AuthRoutes> | undefined;
}

/** Options of every page. */
export interface PageOptions {
  /**
   * Absolute path to the host's own Handlebars template; see the docs for the data it gets.
   * @default the bundled page
   */
  templatePath?: string | undefined;
}

export interface LoginOptions extends PageOptions {
  /**
   * Where a login leads; `null` = nowhere, the answer is always JSON.
   * @default '/'
   */
  redirectTo?: string | null | undefined;
  /**
   * The host's own code in the course of a login: an object, or a class that some module provides.
   * @default none
   */
  hooks?: LoginHooks | Type<LoginHooks> | undefined;
  /**
   * What tells people from programs, for instance `turnstile({ siteKey, secretKey })`.
   * @default none
   */
  captcha?: Captcha | undefined;
}

export interface LogoutOptions extends PageOptions {
  /**
   * Where a logout leads.
   * @default the login page
   */
  redirectTo?: string | undefined;
  /**
   * What the browser is told to forget, as `Clear-Site-Data`; it reaches the host's own data too.
   * @default false
   */
  clearSiteData?: false | ('cache' | 'cookies' | 'storage')[] | undefined;
}

export interface ChangePasswordOptions extends PageOptions {
  /**
   * Where the person logs in again.
   * @default the login page
   */
  loginUrl?: string | undefined;
  /**
   * Shows the page, but changes nothing; for demonstrations.
   * @default false
   */
  readOnly?: boolean | undefined;
  /**
   * Whether the caller stays signed in, on a new token; other sessions end all the same.
   * @default false
   */
  keepCurrentSession?: boolean | undefined;
}

export interface RegisterOptions extends PageOptions {
  /**
   * Where a registration leads.
   * @default the login page
   */
  redirectTo?: string | undefined;
  /**
   * Columns of those who register, for instance `{ approvalStatus: 'approved' }` to let them log in at once.
   * @default {} (a super-user approves first)
   */
  userDefaults?: UserValues | undefined;
  /**
   * What tells people from programs, for instance `turnstile({ siteKey, secretKey })`.
   * @default none
   */
  captcha?: Captcha | undefined;
  /**
   * Shows the page, but registers nobody; for demonstrations.
   * @default false
   */
  readOnly?: boolean | undefined;
}

/** Options that may come from a factory. Durations: strings for the `ms` package such as `'30m'`, or seconds. */
export interface AuthOptions {
  /**
   * Signs CSRF tokens, at least 32 characters in production; of several the first signs and all verify.
   * @default random per process outside production, with a warning; a boot error in production
   */
  secret?: string | string[] | undefined;
  /**
   * Makes the cookie `Secure` and prefixes its name with `__Host-`; the application must then be reached over HTTPS.
   * @default NODE_ENV === 'production'
   */
  production?: boolean | undefined;
  session?: Partial<SessionOptions> | undefined;
  login?: LoginOptions | undefined;
  logout?: LogoutOptions | undefined;
  changePassword?: ChangePasswordOptions | undefined;
  register?: RegisterOptions | undefined;
  /** Colours of the bundled pages. */
  styles?: Partial<Styles> | undefined;
  password?: Partial<PasswordOptions> | undefined;
  /**
   * Brakes on guessing passwords and on registering; `false` = none.
   * @default on, see {@link ThrottleOptions}
   */
  throttle?: false | Partial<ThrottleOptions> | undefined;
  /** What becomes of audit events. */
  audit?: Partial<AuditOptions> | undefined;
  /**
   * Names of the applications that may call; matched against the caller's `currentApp`.
   * @default not enforced
   */
  apps?: AppsOptions | undefined;
  /**
   * Origins besides the application's own whose requests are accepted, for instance `https://admin.example.com`.
   * @default []
   */
  trustedOrigins?: string[] | undefined;
}

/** What `AuthModule.forRoot` takes. */
export type AuthModuleOptions = AuthStaticOptions & AuthOptions;

/** A class that makes the options, for `useClass` and `useExisting`. */
export interface AuthOptionsFactory {
  createAuthOptions(): AuthOptions | Promise<AuthOptions>;
}

/** What `AuthModule.forRootAsync` takes. */
export type AuthModuleAsyncOptions = AuthStaticOptions &
  Pick<ModuleMetadata, 'imports'> & {
    inject?: (InjectionToken | OptionalFactoryDependency)[] | undefined;
    // Nest types its own factories so: what `inject` resolves to is known to the host alone.
    useFactory?: ((...args: never[]) => AuthOptions | Promise<AuthOptions>) | undefined;
    useClass?: Type<AuthOptionsFactory> | undefined;
    useExisting?: InjectionToken<AuthOptionsFactory> | undefined;
  };
