import type { InjectionToken, ModuleMetadata, OptionalFactoryDependency, Type } from '@nestjs/common';
import type { AuditOptions } from './audit/audit.options.js';
import type { HostMessages } from './messages/message.js';
import type { AuthRoutes, FeatureOptions, TemplatePaths } from './features/features.js';
import type { SiteOptions } from './page/site.js';
import type { ContentSecurityPolicyOptions } from './page/content-security-policy.options.js';
import type { Styles } from './page/theme.js';
import type { PasswordOptions } from './password/password.options.js';
import type { ThrottleOptions } from './throttle/throttle.options.js';
import type { Duration } from './input/duration.js';
import type { SessionOptions } from './session/session.options.js';
import type { AppsOptions } from './account/apps.options.js';
import type { SsoUserBase } from './user/sso-user.entity.js';

/** Options that shape the module graph; in `forRootAsync` they go next to `useFactory`, never in its result. */
export interface AuthStaticOptions {
  /**
   * Whether every module of the application can inject what this module exports.
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
  /**
   * What needs a session. `'marked'`: the handlers that a decorator protects. `'all'`: every handler of the application, except
   * those with `@AllowAnonymous()` and the open routes of this module.
   * @default 'marked'
   */
  protect?: 'all' | 'marked' | undefined;
  /** Which routes exist. */
  routes?: Partial<AuthRoutes> | undefined;
}

/** Options that may come from a factory. Durations are strings for the `ms` package, such as `'30m'`, or seconds. */
export interface AuthOptions extends FeatureOptions {
  /**
   * Signs form tokens and device cookies. In production, at least 32 characters. In a list, the first secret
   * signs, and all of them verify.
   * @default a random one per process, with a warning; in production, an error at start-up
   */
  secret?: string | string[] | undefined;
  /**
   * Makes the cookie `Secure` and prefixes its name with `__Host-`. The application must then be served over
   * HTTPS.
   * @default `NODE_ENV === 'production'`
   */
  production?: boolean | undefined;
  /** Sessions and their cookie. */
  session?: Partial<SessionOptions> | undefined;
  /**
   * Absolute path to your own Handlebars template around every page; the page on templates shows an example.
   * @default the bundled layout
   */
  layoutPath?: string | undefined;
  /**
   * Absolute paths to your own Handlebars templates, by the name of the page: `profile`, `sessions`, `users`, `create-user`, `user`,
   * `delete-user`, `user-password`, `refused`. The other pages have a `templatePath` each.
   * @default the bundled pages
   */
  templatePaths?: TemplatePaths | undefined;
  /**
   * The language of pages and errors: `auto` for what the browser asks for (`Accept-Language`, RFC 9110 §12.5.4),
   * or a language tag. English, German, Spanish, French, Japanese and Polish are built in.
   * @default 'auto'
   */
  language?: 'auto' | (string & {}) | undefined;
  /**
   * Your own texts by language tag, which replace ours or add a language, such as
   * `{ en: { 'login.title': 'Welcome' }, nl: { 'login.title': 'Inloggen' } }`. Missing texts are in English.
   * @default {}
   */
  messages?: Readonly<Record<string, HostMessages | undefined>> | undefined;
  /** The name and the logo that the bundled pages show. */
  site?: SiteOptions | undefined;
  /** Colours of the bundled pages. */
  styles?: Partial<Styles> | undefined;
  /**
   * The colours for browsers that prefer dark pages; `false` = no dark mode.
   * @default a dark palette with the button colours of `styles`, and its link and error colours lightened
   */
  darkStyles?: Partial<Styles> | false | undefined;
  /**
   * URL of the icon of the pages, on the application's own origin, such as `'/favicon.ico'`.
   * @default a padlock in the colours of the buttons, at `/icon.svg`
   */
  icon?: string | undefined;
  /** What the pages may load from other origins, in addition to what comes with them; see the page on templates. */
  contentSecurityPolicy?: Partial<ContentSecurityPolicyOptions> | undefined;
  /**
   * Which routes of this module the OpenAPI document contains: `'all'`, `'json'` without the pages and their assets, or `'none'`.
   * @default 'all'
   */
  openApi?: 'all' | 'json' | 'none' | undefined;
  /** Which passwords are accepted, how long they last and how they are stored. */
  password?: Partial<PasswordOptions> | undefined;
  /** Rate limits for logins, password changes and registrations, on by default; `false` = none. If you set a limit, set all of its values. */
  throttle?: false | Partial<ThrottleOptions> | undefined;
  /**
   * How long one request may wait for the database in total: for a connection, a lock, and the server. After
   * that, the answer is 503 `service_unavailable`, and nothing more is sent to the database for that request.
   * @default '10s'
   */
  databaseTimeout?: Duration | undefined;
  /** What happens to audit events. */
  audit?: Partial<AuditOptions> | undefined;
  /** Names of the applications that may use the module, compared with the caller's `currentApp`, which is the header `X-Current-App`. */
  apps?: AppsOptions | undefined;
  /**
   * Other origins whose requests are accepted, such as `https://admin.example.com`. To read the answers, their pages also need
   * `app.enableCors()`. Pages of another _site_ cannot stay signed in unless `session.sameSite` is `'none'`.
   * @default []
   */
  trustedOrigins?: string[] | undefined;
}

/** What `AuthModule.forRoot` takes. */
export type AuthModuleOptions = AuthStaticOptions & AuthOptions;

/** What a factory returns: no options that shape the module, because those are not read there. */
type FactoryOptions = AuthOptions & { [Name in keyof AuthStaticOptions]?: undefined };

/** A class that creates the options, for `useClass` and `useExisting`. */
export interface AuthOptionsFactory {
  /** Called once, at start-up; an error that it throws stops the application. */
  createAuthOptions(): FactoryOptions | Promise<FactoryOptions>;
}

/** What `AuthModule.forRootAsync` takes. */
export type AuthModuleAsyncOptions = AuthStaticOptions &
  Pick<ModuleMetadata, 'imports'> & {
    /** What `useFactory` is given. */
    inject?: (InjectionToken | OptionalFactoryDependency)[] | undefined;
    /** Creates the options from what `inject` names. */
    // Typed as in Nest itself: only the application knows what `inject` resolves to.
    useFactory?: ((...args: never[]) => FactoryOptions | Promise<FactoryOptions>) | undefined;
    /** A class that creates the options; Nest instantiates it. */
    useClass?: Type<AuthOptionsFactory> | undefined;
    /** The same, but one of your modules already provides it. */
    useExisting?: InjectionToken<AuthOptionsFactory> | undefined;
  };
