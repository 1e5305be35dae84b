import { type DynamicModule, Module, type NestModule } from '@nestjs/common';
import { ModuleRef, ModulesContainer } from '@nestjs/core';
import { HttpSettings } from '../http/http.settings.js';
import { PageSettings } from '../page/page.settings.js';
import { ThrottleConfig } from '../throttle/throttle.options.js';
import { AuditLog } from '../audit/audit.log.js';
import { SHARED } from '../auth.module.js';
import { AuthSettings } from '../auth.settings.js';
import { featureRequirements } from '../features/composition.js';
import { Database } from '../database/database.js';
import { Catalogue } from '../messages/catalogue.js';
import { CrossSiteWarning } from '../http/cross-site.js';
import { OriginCheck } from '../http/origin.check.js';
import { CaptchaGate } from '../http/captcha.gate.js';
import { PageBuilder } from '../page/page.builder.js';
import { PageResponder } from '../page/page.responder.js';
import { PageList } from '../page/page-list.js';
import { REFUSED_PAGE } from '../page/refused.page.js';
import { RendererLoader } from '../page/renderer-loader.js';
import { RefusedNavigationFilter } from '../page/sign-in-redirect.filter.js';
import { PasswordPolicy } from '../password/password.policy.js';
import { SessionCookie } from '../http/session.cookie.js';
import { SessionEvents } from '../session/session.events.js';
import { SessionExtender } from '../session/session.extender.js';
import { SessionLookup } from '../session/session.lookup.js';
import { SessionSettings } from '../session/session.options.js';
import { SessionService } from '../session/session.service.js';
import { newToken } from '../session/session.token.js';
import { AppsOptions } from '../account/apps.options.js';
import type { SsoUser, SsoUserBase } from '../user/sso-user.entity.js';
import { SsoUserService } from '../account/sso-user.service.js';
import { UserStore } from '../user/user.store.js';
import { OnlySession, type SignedInPerson } from './only-session.js';

/** A host may inject these, and guards, filters and decorators look for them; but for those that need a database, or get a stand-in. */
const REAL = SHARED.filter(
  (type) => ![SsoUserService, PasswordPolicy, SessionCookie].some((one) => one === type),
);

/** The cookie, which every request brings whose it should be. */
class OnlySessionCookie extends SessionCookie {
  constructor(
    settings: SessionSettings,
    private readonly session: OnlySession,
  ) {
    super(settings);
  }

  override read(): string | undefined {
    return this.session.token;
  }
}

/**
 * Stands for `AuthModule.forRoot()` in a unit test, without a database: guards, filters and decorators answer as they do in the
 * application, for the user who is said to be signed in. `SsoUserService` is not there; give a stand-in of your own.
 */
@Module({})
export class AuthTestingModule implements NestModule {
  /** @internal */
  constructor(
    modules: ModulesContainer,
    private readonly moduleRef: ModuleRef,
  ) {
    const count = [...modules.values()].filter((module) => module.providers.has(SessionService)).length;
    if (count > 1) {
      throw new Error(
        'AuthTestingModule replaces AuthModule.forRoot(), so import only one of them, once. In an application with AuthModule, ' +
          'signIn() gives the cookie of a user.',
      );
    }
  }

  /** Called by Nest before it registers the routes. */
  configure(): void {
    this.moduleRef.get(RefusedNavigationFilter).bind();
  }

  /**
   * Has every request come from a user. One who is locked, inactive or not approved has no session, and one with
   * `passwordMustChange` has to change the password first.
   *
   * @param user who; `null` = nobody; a function is asked anew for each request, so that one application serves many tests.
   * By default a user who is no super-user
   */
  static withUser<User extends SsoUserBase = SsoUser>(user: SignedInPerson<User> = {}): DynamicModule {
    const session = new OnlySession(user as SignedInPerson<SsoUserBase>);
    return {
      module: AuthTestingModule,
      global: true,
      providers: [
        ...REAL,
        ...featureRequirements(),
        {
          provide: AuthSettings,
          useFactory: () => new AuthSettings({ secret: newToken(), production: false }),
        },
        ...[HttpSettings, PageSettings, ThrottleConfig].map((provide) => ({
          provide,
          useExisting: AuthSettings,
        })),
        {
          provide: SessionSettings,
          inject: [AuthSettings],
          useFactory: (settings: AuthSettings) => settings.session,
        },
        {
          provide: Catalogue,
          inject: [AuthSettings],
          useFactory: ({ messages }: AuthSettings) => messages,
        },
        {
          provide: SessionCookie,
          inject: [SessionSettings],
          useFactory: (settings: SessionSettings) => new OnlySessionCookie(settings, session),
        },
        {
          provide: RendererLoader,
          inject: [AuthSettings],
          useFactory: ({ messages }: AuthSettings) =>
            new RendererLoader([REFUSED_PAGE], messages, {}, undefined),
        },
        { provide: PageList, useValue: new PageList([REFUSED_PAGE], [], []) },
        CaptchaGate,
        CrossSiteWarning,
        OriginCheck,
        PageBuilder,
        PageResponder,
        RefusedNavigationFilter,
        { provide: SessionLookup, useValue: { find: () => Promise.resolve(session.find()) } },
        { provide: SessionExtender, useValue: { recordUse: () => undefined } },
        { provide: AuditLog, useValue: { failure: () => Promise.resolve() } },
        { provide: AppsOptions, useValue: {} },
        // Nothing of the above comes as far as these.
        ...[Database, UserStore, SessionEvents].map((provide) => ({ provide, useValue: {} })),
      ],
      exports: [...REAL, SessionCookie, AuthSettings],
    };
  }

  /** Has every request come from a stranger. */
  static signedOut(): DynamicModule {
    return AuthTestingModule.withUser(null);
  }
}
