import { describe, expect, it } from 'vitest';
import {
  AuthModule,
  type AuthModuleAsyncOptions,
  type AuthModuleOptions,
  LoginHooks,
} from '../../src/index.js';
import { boot, bootError, testOptions } from '../support/application.js';
import { expectRefused } from '../support/expectations.js';
import { hosted } from '../support/hosted.js';
import { running } from './running.js';

/** The error of an application whose options are what a program in JavaScript, or an environment, may give. */
async function errorOf(options: object): Promise<string> {
  return (await bootError({ auth: () => AuthModule.forRoot(options as AuthModuleOptions) })).message;
}

async function asyncErrorOf(made: unknown, beside: object = {}): Promise<string> {
  const options = { useFactory: () => made, ...beside } as AuthModuleAsyncOptions;
  return (await bootError({ auth: () => AuthModule.forRootAsync(options) })).message;
}

describe('an option that there is not', () => {
  it.each<[object, string]>([
    [{ loginn: {} }, 'AuthModule has no option loginn. Did you mean login?'],
    [{ sessions: { expiry: '5m' } }, 'no option sessions. Did you mean session?'],
    [{ sessions: false }, 'no option sessions. Did you mean session or routes.sessions?'],
    [{ routes: { registr: true } }, 'no option routes.registr. Did you mean routes.register?'],
    [
      { routes: { signup: true } },
      'no option routes.signup. There are: routes.login, routes.logout, routes.changePassword, routes.sessions, routes.register, routes.profile, routes.users, routes.audit.',
    ],
    [{ cookieName: 'sid' }, 'no option cookieName. Did you mean session.cookieName?'],
    [{ session: { cookie_name: 'sid' } }, 'no option session.cookie_name. Did you mean session.cookieName?'],
    [{ expiry: '5m' }, 'no option expiry. Did you mean session.expiry?'],
    [{ expiry: 5 }, 'no option expiry. Did you mean session.expiry or password.expiry?'],
    [{ login: { loginUrl: '/in' } }, 'no option login.loginUrl. Did you mean changePassword.loginUrl?'],
    [
      { session: { redirectTo: '/' } },
      'no option session.redirectTo. Did you mean login.redirectTo, logout.redirectTo, or register.redirectTo?',
    ],
    [{ session: { routePrefix: 'a' } }, 'no option session.routePrefix. Did you mean routePrefix?'],
    [{ isglobal: true }, 'no option isglobal. Did you mean isGlobal?'],
    [{ throttle: { account: { failure: 3 } } }, 'Did you mean throttle.account.failures?'],
    [{ throttle: { store: { typ: 'memory' } } }, 'Did you mean throttle.store.type?'],
    [{ styles: { buttonColour: 'red' } }, 'no option styles.buttonColour. Did you mean styles.buttonColor?'],
    [{ styles: { toString: 'red' } }, 'no option styles.toString. There are: styles.backgroundColor, '],
    [{ darkStyles: { link: 'red' } }, 'no option darkStyles.link. There are: darkStyles.backgroundColor, '],
    [{ login: { hooks: { preLogn: () => undefined } } }, 'Did you mean login.hooks.preLogin?'],
    [
      { register: { userDefaults: { aprovalStatus: 'approved' } } },
      'register.userDefaults: aprovalStatus is no column that it may set. Did you mean approvalStatus?',
    ],
    [{ messages: { en: { 'login.titel': 'In' } } }, 'does not exist. Did you mean "login.title"?'],
    [
      { useFactory: () => ({}) },
      'AuthModule.forRoot() does not accept useFactory. Use AuthModule.forRootAsync().',
    ],
  ])('stops the start with the nearest right name: %j', async (options, message) => {
    expect(await errorOf(options)).toContain(message);
  });

  it('does so too when a factory makes it, or it stands beside the factory', async () => {
    expect(await asyncErrorOf({ sessions: {} })).toContain('no option sessions. Did you mean session?');
    expect(await asyncErrorOf({ loginn: {} })).toContain('no option loginn. Did you mean login?');
    expect(await asyncErrorOf({}, { route: {} })).toContain('no option route. Did you mean routes?');
    expect(await asyncErrorOf({}, { usefactory: () => ({}) })).toContain('Did you mean useFactory?');
    expect(await asyncErrorOf({}, { routes: { user: true } })).toContain('Did you mean routes.users?');
  });

  it('does not when it is undefined, or a member of an object of a class', async () => {
    class Hooks extends LoginHooks {
      readonly turnedAway: string[] = [];
    }
    const options = { ...testOptions({ login: { hooks: new Hooks() } }), sessions: undefined };
    await running(await boot({ auth: () => AuthModule.forRoot(options) }), async ({ visitor }) => {
      expect((await visitor().get('/login')).status).toBe(200);
    });
  });
});

describe('an option in the wrong place', () => {
  it.each(['routes', 'routePrefix', 'isGlobal', 'dataSource', 'userEntity', 'protect'])(
    'stops the start when it is %s, made by a factory',
    async (name) => {
      expect(await asyncErrorOf({ [name]: testOptions()[name as 'routes'] ?? 'x' })).toContain(
        `AuthModule does not read ${name} from a factory, because it shapes the module. Put it next to useFactory`,
      );
    },
  );

  it.each([['secret'], ['session'], ['throttle']])(
    'stops the start when it is %s, beside a factory',
    async (name) => {
      expect(await asyncErrorOf({}, { [name]: {} })).toContain(
        `AuthModule.forRootAsync() does not read ${name} next to useFactory. Return it from the factory instead.`,
      );
    },
  );
});

describe('a route given as undefined', () => {
  const host = hosted({ options: { routes: { login: undefined, sessions: undefined } } });

  it('is as by default', async () => {
    expect((await host.visitor().get('/login')).status).toBe(200);
    expectRefused(await host.visitor().get('/session'), 401, 'not_authenticated');
  });
});

describe('an option of the wrong kind', () => {
  it.each<[object, string]>([
    [
      { register: { userDefaults: { approvalStatus: 'yes' } } },
      `register.userDefaults.approvalStatus must be "approved", "rejected", or "before_decision", not "yes".`,
    ],
    [
      { register: { userDefaults: { isActive: 'no' } } },
      'userDefaults.isActive must be true or false, not "no".',
    ],
    [
      { register: { userDefaults: { language: 'x'.repeat(36) } } },
      'userDefaults.language must be a language tag of at most 35 characters or null',
    ],
    [
      { register: { userDefaults: { lockedAt: 'now' } } },
      'userDefaults.lockedAt must be a Date or null, not "now".',
    ],
    [{ production: 'false' }, 'production must be true or false, not "false".'],
    [{ register: { readOnly: 1 } }, 'register.readOnly must be true or false, not 1.'],
    [{ register: true }, 'register must be an object, not true. Did you mean routes.register?'],
    [{ login: null }, 'login must be an object, not null.'],
    [{ throttle: true }, 'throttle must be an object or false, not true.'],
    [{ session: [] }, 'session must be an object, not [].'],
    [{ session: { cookieName: 5 } }, 'session.cookieName must be a string, not 5.'],
    [
      { session: { expiry: null } },
      "session.expiry must be a string such as '30m', or a number of seconds, not null.",
    ],
    [{ session: { sweepInterval: true } }, 'session.sweepInterval must be a string'],
    [{ password: { minLength: '15' } }, 'password.minLength must be a number, not "15".'],
    [
      { password: { rejectList: 'swordfish' } },
      'password.rejectList must be a list of strings, not "swordfish".',
    ],
    [
      { password: { rules: [{ code: 'no_plums' }] } },
      'password.rules must be a list of objects that implement PasswordRule, each with a code',
    ],
    ...['password_expired', 'captcha_failed', 'conflict', '', 'two words', 'x'.repeat(65), 5].map(
      (code): [object, string] => [
        { password: { rules: [{ code, check: () => null }] } },
        'password.rules must be a list of objects that implement PasswordRule, each with a code',
      ],
    ),
    [
      { password: { hashers: [{ id: 'shop' }] } },
      'password.hashers must be a list of objects that implement',
    ],
    [{ audit: { sinks: [() => undefined] } }, 'audit.sinks must be a list of objects with a method record()'],
    [{ trustedOrigins: [5] }, 'trustedOrigins must be a list of strings, not [number].'],
    [{ logout: { clearSiteData: ['all'] } }, "logout.clearSiteData must be a list of 'cache', 'cookies' and"],
    [{ login: { captcha: 'turnstile' } }, 'login.captcha must be a captcha, for instance turnstile('],
    [{ login: { hooks: 'Hooks' } }, 'login.hooks must be an object or a class, not "Hooks".'],
    [{ throttle: { store: { type: 'reddis' } } }, 'throttle.store.type must be "memory", "redis",'],
    [{ login: '/x' }, 'login must be an object, not "/x".'],
    [{ templatePaths: { users: 5 } }, 'templatePaths.users must be a string, not 5.'],
    [{ routes: { register: 'yes' } }, 'routes.register must be true or false, not "yes".'],
    [{ routes: ['register'] }, 'routes must be an object, not [string].'],
    [{ protect: 'none' as 'all' }, 'protect must be "all" or "marked", not "none".'],
    [{ userEntity: 'Member' }, 'userEntity must be a class, not "Member".'],
    [{ secret: 1234567890 }, 'secret must be a string or a list of strings, not a number.'],
  ])('stops the start: %j', async (options, message) => {
    expect(await errorOf(options)).toContain(message);
  });

  it('stops it too when a factory makes it', async () => {
    const register = { userDefaults: { approvalStatus: 'yes' } };
    expect(await asyncErrorOf({ register })).toContain('approvalStatus must be "approved"');
    expect(await asyncErrorOf(undefined)).toContain(
      'The options of AuthModule must be an object, not undefined.',
    );
  });

  it('is refused by the types where they can', () => {
    const refused = (): void => {
      // @ts-expect-error There is no such option.
      AuthModule.forRoot({ sessions: {} });
      // @ts-expect-error There is no such route.
      AuthModule.forRoot({ routes: { signup: true } });
      // @ts-expect-error There is no such status.
      AuthModule.forRoot({ register: { userDefaults: { approvalStatus: 'yes' } } });
      // @ts-expect-error There is no such length.
      AuthModule.forRootAsync({ useFactory: () => ({ password: { minLength: 'long' } }) });
      // @ts-expect-error It stands beside useFactory.
      AuthModule.forRootAsync({ useFactory: () => ({ routes: { register: true } }) });
      // @ts-expect-error It stands beside useFactory.
      AuthModule.forRootAsync({ useFactory: async () => ({ routePrefix: 'auth' }) });
      // @ts-expect-error It belongs into what the factory makes.
      AuthModule.forRootAsync({ secret: 'x', useFactory: () => ({}) });
    };
    expect(refused).toBeInstanceOf(Function);
  });
});
