import {
  type DynamicModule,
  Module,
  type ModuleMetadata,
  type NestModule,
  Optional,
  type Provider,
  type Type,
} from '@nestjs/common';
import { APP_GUARD, RouterModule } from '@nestjs/core';
import { getDataSourceToken } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { AuditEvents } from './audit/audit.events.js';
import { HttpSettings } from './http/http.settings.js';
import { PageSettings } from './page/page.settings.js';
import { ThrottleConfig } from './throttle/throttle.options.js';
import { AuditLog } from './audit/audit.log.js';
import { AuditSettings } from './audit/audit.options.js';
import { AuthBoot } from './auth.boot.js';
import { checkStaticOptions } from './auth.option-rules.js';
import {
  type AuthModuleAsyncOptions,
  type AuthModuleOptions,
  type AuthOptions,
  type AuthOptionsFactory,
  type AuthStaticOptions,
} from './auth.options.js';
import { AuthSettings } from './auth.settings.js';
import { Database } from './database/database.js';
import { dialectOf } from './database/dialects/dialects.js';
import { withDefaults } from './input/with-defaults.js';
import { GraphqlBoot } from './graphql.boot.js';
import { HostEvents } from './host/host-events.js';
import { CorsBoot } from './cors.boot.js';
import { LandingBoot } from './landing.boot.js';
import { PermissionsBoot } from './permissions.boot.js';
import { OpenApiBoot } from './openapi.boot.js';
import { controllersOf, featureProviders, featuresFor } from './features/composition.js';
import { type AuthFeature, AuthRoutes, FEATURES } from './features/features.js';
import { OriginCheck } from './http/origin.check.js';
import { PageResponder } from './page/page.responder.js';
import { DoubleSubmits } from './page/double-submits.js';
import { Languages } from './http/languages.js';
import { PageBuilder } from './page/page.builder.js';
import { Notices } from './page/notices.js';
import { Paths } from './page/paths.js';
import { PageList } from './page/page-list.js';
import { RendererLoader } from './page/renderer-loader.js';
import { RefusedNavigationFilter } from './page/sign-in-redirect.filter.js';
import { checkTemplatePaths } from './page/template-paths.js';
import { PasswordOptions } from './password/password.options.js';
import { Catalogue } from './messages/catalogue.js';
import { PasswordPolicy } from './password/password.policy.js';
import { PasswordService } from './password/password.service.js';
import { BodyErrors } from './page/body-errors.js';
import { CaptchaGate } from './http/captcha.gate.js';
import { ClientConnections } from './http/client-connections.js';
import { CrossSiteWarning } from './http/cross-site.js';
import { CsrfTokens } from './http/csrf.tokens.js';
import { DeviceCookie } from './http/device.cookie.js';
import { DeviceTokens } from './throttle/device.tokens.js';
import { UserBodies } from './http/user-bodies.js';
import { PlainHttpWarning } from './http/plain-http.js';
import { Seal } from './http/seal.js';
import { Throttle } from './throttle/throttle.js';
import { ExpressRequests } from './http/express-requests.js';
import { SessionCookie } from './http/session.cookie.js';
import { TokenTransport } from './http/token.transport.js';
import { SessionGuard } from './http/session.guard.js';
import { SessionSettings } from './session/session.options.js';
import { SessionEvents } from './session/session.events.js';
import { SessionExtender } from './session/session.extender.js';
import { SessionLookup } from './session/session.lookup.js';
import { SessionService } from './session/session.service.js';
import { SessionSweeper } from './session/session.sweeper.js';
import { AccountEvents } from './account/account.events.js';
import { AccountPasswords } from './account/account.passwords.js';
import { AccountSessions } from './account/account.sessions.js';
import { Accounts } from './account/accounts.js';
import { AppsOptions } from './account/apps.options.js';
import { Authority } from './account/authority.js';
import { SessionRequirements } from './account/session-requirement.js';
import { CallerPipe } from './http/caller.pipe.js';
import { NewAccounts } from './account/new-accounts.js';
import { Hooks } from './account/hooks.js';
import { PasswordChange } from './account/password-change.js';
import { PasswordLogin } from './account/password-login.js';
import { PasswordStore } from './account/password.store.js';
import { SessionOpener } from './account/session.opener.js';
import { SignIn } from './account/sign-in.js';
import { SsoUser } from './user/sso-user.entity.js';
import { SsoUserService } from './account/sso-user.service.js';
import { UserImport } from './account/user-import.js';
import { UserSettings } from './account/user.settings.js';
import { checkFieldNames } from './account/user-field.names.js';
import { UserStore } from './user/user.store.js';
import { USER_ENTITY } from './user/user.tokens.js';

const OPTIONS = Symbol('nestjs-session-auth:options');
const OPTIONS_FACTORY = Symbol('nestjs-session-auth:options-factory');

/** What guards, decorators and `SsoUserService` need wherever the host uses them. */
export const SHARED: readonly Type[] = [
  SsoUserService,
  SessionService,
  SessionRequirements,
  Authority,
  SessionCookie,
  TokenTransport,
  CallerPipe,
  ExpressRequests,
  CsrfTokens,
  DeviceCookie,
  PasswordPolicy,
  Paths,
  Languages,
  Notices,
];

/**
 * Session login for one application: call `forRoot` or `forRootAsync` once, in the root module. A bare
 * `imports: [AuthModule]` elsewhere is harmless.
 */
@Module({})
export class AuthModule implements NestModule {
  // A bare import has no providers; the one module that `forRoot` makes does this for all.
  /** @internal */
  constructor(
    @Optional() private readonly boot?: AuthBoot,
    @Optional() private readonly refusedNavigations?: RefusedNavigationFilter,
  ) {}

  /** Wires the module with options known at once. */
  static forRoot(options: AuthModuleOptions = {}): DynamicModule {
    const { isGlobal, routePrefix, dataSource, userEntity, protect, routes, ...rest } = options;
    const shape = { isGlobal, routePrefix, dataSource, userEntity, protect, routes };
    return wire(shape, [{ provide: OPTIONS, useValue: rest }]);
  }

  /** Wires the module with options that are made later; those that shape the module graph are passed next to the factory. */
  static forRootAsync(options: AuthModuleAsyncOptions): DynamicModule {
    const { imports, inject, useFactory, useClass, useExisting, ...shape } = options;
    return wire(shape, optionsProviders({ inject, useFactory, useClass, useExisting }), imports);
  }

  /** Called by Nest before it registers the routes. */
  configure(): void {
    this.boot?.checkAdapter();
    this.boot?.checkTexts();
    this.refusedNavigations?.bind();
  }
}

type AsyncSource = Pick<AuthModuleAsyncOptions, 'inject' | 'useFactory' | 'useClass' | 'useExisting'>;

function optionsProviders({ inject = [], useFactory, useClass, useExisting }: AsyncSource): Provider[] {
  if (useFactory) return [{ provide: OPTIONS, inject, useFactory }];
  const fromFactory: Provider = {
    provide: OPTIONS,
    inject: [OPTIONS_FACTORY],
    useFactory: (factory: AuthOptionsFactory) => factory.createAuthOptions(),
  };
  if (useClass) return [fromFactory, { provide: OPTIONS_FACTORY, useClass }];
  if (useExisting) return [fromFactory, { provide: OPTIONS_FACTORY, useExisting }];
  throw new Error('AuthModule.forRootAsync() needs useFactory, useClass or useExisting.');
}

/** The one place where the module is put together. */
function wire(
  shape: AuthStaticOptions,
  optionsSource: Provider[],
  imports: ModuleMetadata['imports'] = [],
): DynamicModule {
  checkStaticOptions(shape);
  const features = featuresFor(withDefaults(new AuthRoutes(), shape.routes));
  const { isGlobal = true, routePrefix, dataSource = 'default', userEntity = SsoUser } = shape;
  checkFieldNames(userEntity);
  return {
    module: AuthModule,
    global: isGlobal,
    imports: [
      ...imports,
      ...(routePrefix ? [RouterModule.register([{ path: routePrefix, module: AuthModule }])] : []),
    ],
    controllers: controllersOf(features),
    providers: [
      ...optionsSource,
      {
        provide: AuthSettings,
        inject: [OPTIONS],
        useFactory: (options: AuthOptions) => new AuthSettings(options, shape),
      },
      ...[HttpSettings, PageSettings, ThrottleConfig].map((provide) => ({
        provide,
        useExisting: AuthSettings,
      })),
      { provide: USER_ENTITY, useValue: userEntity },
      {
        provide: Database,
        inject: [getDataSourceToken(dataSource), AuthSettings],
        useFactory: database,
      },
      {
        provide: SessionSettings,
        inject: [AuthSettings],
        useFactory: ({ session }: AuthSettings) => session,
      },
      {
        provide: PasswordOptions,
        inject: [AuthSettings],
        useFactory: ({ password }: AuthSettings) => password,
      },
      { provide: Catalogue, inject: [AuthSettings], useFactory: ({ messages }: AuthSettings) => messages },
      { provide: AuditSettings, inject: [AuthSettings], useFactory: ({ audit }: AuthSettings) => audit },
      { provide: UserSettings, inject: [AuthSettings], useFactory: userSettings },
      {
        provide: AppsOptions,
        inject: [AuthSettings],
        useFactory: ({ options }: AuthSettings) => options.apps ?? {},
      },
      { provide: RendererLoader, inject: [AuthSettings, PageList], useFactory: rendererLoader },
      AuthBoot,
      GraphqlBoot,
      LandingBoot,
      CorsBoot,
      OpenApiBoot,
      PermissionsBoot,
      ...(shape.protect === 'all' ? [{ provide: APP_GUARD, useClass: SessionGuard }] : []),
      ...SHARED,
      ...featureProviders(features),
      ...FEATURES.flatMap(({ options }) => (options ? [optionsProvider(options)] : [])),
      PasswordService,
      HostEvents,
      SessionEvents,
      SessionExtender,
      SessionLookup,
      SessionSweeper,
      ClientConnections,
      PlainHttpWarning,
      CrossSiteWarning,
      DeviceTokens,
      Throttle,
      AuditEvents,
      AuditLog,
      UserStore,
      PasswordChange,
      PasswordLogin,
      PasswordStore,
      Hooks,
      SessionOpener,
      SignIn,
      AccountEvents,
      AccountPasswords,
      AccountSessions,
      Accounts,
      NewAccounts,
      UserImport,
      OriginCheck,
      CaptchaGate,
      UserBodies,
      PageBuilder,
      PageResponder,
      DoubleSubmits,
      RefusedNavigationFilter,
      Seal,
      BodyErrors,
    ],
    exports: [...SHARED, AuthSettings],
  };
}

/** @throws Error where the driver would end the process, which it may do as soon as it has connected */
function database(source: DataSource, { databaseTimeout }: AuthSettings): Database {
  const complaint = dialectOf(source).driverProblem(source);
  if (complaint !== null) throw new Error(complaint);
  return new Database(source, databaseTimeout);
}

function userSettings({ options }: AuthSettings): UserSettings {
  return {
    hooks: options.login?.hooks,
    userDefaults: options.register?.userDefaults ?? {},
    keepCurrentSession: options.changePassword?.keepCurrentSession ?? false,
  };
}

function optionsProvider(options: NonNullable<AuthFeature['options']>): Provider {
  return {
    provide: options.type,
    inject: [AuthSettings],
    useFactory: (settings: AuthSettings) => settings.featureOptions(options),
  };
}

async function rendererLoader(settings: AuthSettings, { all }: PageList): Promise<RendererLoader> {
  const { templatePaths = {}, layoutPath } = settings.options;
  const named = all.flatMap(({ name, options }) =>
    options === undefined ? [] : [[name, settings.formOptions(options).templatePath]],
  );
  const paths = { ...checkTemplatePaths({ ...templatePaths }, all), ...Object.fromEntries(named) };
  const loader = new RendererLoader(all, settings.messages, paths, layoutPath);
  await loader.checkTemplates();
  return loader;
}
