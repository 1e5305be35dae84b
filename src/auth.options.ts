import type { InjectionToken, ModuleMetadata, OptionalFactoryDependency, Type } from '@nestjs/common';
import type { AuditOptions } from './audit/audit.options.js';
import type { HostMessages } from './messages/message.js';
import type { AuthRoutes, FeatureOptions, TemplatePaths } from './features/features.js';
import type { Styles } from './page/theme.js';
import type { PasswordOptions } from './password/password.options.js';
import type { ThrottleOptions } from './throttle/throttle.options.js';
import type { Duration } from './input/duration.js';
import type { SessionOptions } from './session/session.options.js';
import type { AppsOptions } from './account/apps.options.js';
import type { SsoUserBase } from './user/sso-user.entity.js';

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
   * Your own user class, which extends `SsoUserBase` and is declared `@Entity('sso_user')`.
   * @default `SsoUser`
   */
  userEntity?: Type<SsoUserBase> | undefined;
  /** Which HTTP faces exist. */
  routes?: Partial<AuthRoutes> | undefined;
}

/** Options that may come from a factory. Durations: strings for the `ms` package such as `'30m'`, or seconds. */
export interface AuthOptions extends FeatureOptions {
  /**
   * Signs form tokens and device cookies, at least 32 characters in production; of several the first signs and all verify.
   * @default random per process outside production, with a warning; a boot error in production
   */
  secret?: string | string[] | undefined;
  /**
   * Makes the cookie `Secure` and prefixes its name with `__Host-`; the application must then be reached over HTTPS.
   * @default `NODE_ENV === 'production'`
   */
  production?: boolean | undefined;
  /** Sessions and their cookie. */
  session?: Partial<SessionOptions> | undefined;
  /**
   * Absolute path to the host's own Handlebars template around every page; see the docs for what it has to hold.
   * @default the bundled layout
   */
  layoutPath?: string | undefined;
  /**
   * Absolute paths to your own Handlebars templates, by the name of the page: `sessions`, `users`, `create-user`, `user`,
   * `delete-user`, `user-password`, `refused`. The other pages have a `templatePath` each.
   * @default the bundled pages
   */
  templatePaths?: TemplatePaths | undefined;
  /**
   * The language of pages and errors: `auto` for what the browser asks for (`Accept-Language`, RFC 9110 §12.5.4), else
   * a language tag. English, German, Spanish, French, Japanese and Polish are there.
   * @default 'auto'
   */
  language?: 'auto' | (string & {}) | undefined;
  /**
   * Texts by language tag, over ours or in another language, for instance
   * `{ en: { 'login.title': 'Welcome' }, nl: { 'login.title': 'Inloggen' } }`; what is missing is said in English.
   * @default {}
   */
  messages?: Readonly<Record<string, HostMessages | undefined>> | undefined;
  /** Colours of the bundled pages. */
  styles?: Partial<Styles> | undefined;
  /**
   * Their colours where the browser prefers dark ones; `false` = the pages look the same in both modes.
   * @default a dark palette, with the buttons of `styles`, and its colours of links and errors made lighter
   */
  darkStyles?: Partial<Styles> | false | undefined;
  /**
   * Address of the pages' icon, on the application's own origin: `'/favicon.ico'` where the application has one.
   * @default a padlock in the colours of the buttons, at `/icon.svg`
   */
  icon?: string | undefined;
  /** Which passwords are accepted, how long they last and how they are stored. */
  password?: Partial<PasswordOptions> | undefined;
  /** Throttling of logins, password changes and registrations, on by default; `false` = none. Each limit is given whole. */
  throttle?: false | Partial<ThrottleOptions> | undefined;
  /**
   * How long one request may wait for the database, over all that it asks for: a connection, a lock, the server. After that
   * the answer is 503 `service_unavailable`, and nothing more is asked of the database for that request.
   * @default '10s'
   */
  databaseTimeout?: Duration | undefined;
  /** What becomes of audit events. */
  audit?: Partial<AuditOptions> | undefined;
  /** Names of the applications that may call; matched against the caller's `currentApp`, the header `X-Current-App`. */
  apps?: AppsOptions | undefined;
  /**
   * Origins besides the application's own whose requests are accepted, for instance `https://admin.example.com`. Pages
   * of another site can send them, but not stay signed in: browsers keep no session cookie there, for it is SameSite=Lax.
   * @default []
   */
  trustedOrigins?: string[] | undefined;
}

/** What `AuthModule.forRoot` takes. */
export type AuthModuleOptions = AuthStaticOptions & AuthOptions;

/** What a factory makes: none of those that shape the module, which are not read there. */
type FactoryOptions = AuthOptions & { [Name in keyof AuthStaticOptions]?: undefined };

/** A class that makes the options, for `useClass` and `useExisting`. */
export interface AuthOptionsFactory {
  /** Called once, at the start; an error it throws stops the application. */
  createAuthOptions(): FactoryOptions | Promise<FactoryOptions>;
}

/** What `AuthModule.forRootAsync` takes. */
export type AuthModuleAsyncOptions = AuthStaticOptions &
  Pick<ModuleMetadata, 'imports'> & {
    /** What `useFactory` is given. */
    inject?: (InjectionToken | OptionalFactoryDependency)[] | undefined;
    /** Makes the options from what `inject` names. */
    // Nest types its own factories so: what `inject` resolves to is known to the host alone.
    useFactory?: ((...args: never[]) => FactoryOptions | Promise<FactoryOptions>) | undefined;
    /** A class that makes the options; Nest instantiates it. */
    useClass?: Type<AuthOptionsFactory> | undefined;
    /** The same, but some module provides it already. */
    useExisting?: InjectionToken<AuthOptionsFactory> | undefined;
  };
