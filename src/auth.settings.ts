import { Logger, type Type } from '@nestjs/common';
import { randomBytes } from 'node:crypto';
import ms from 'ms';
import { AuditOptions, type AuditSettings } from './audit/audit.options.js';
import { checkAuthOptions } from './auth.option-rules.js';
import type { AuthOptions, AuthStaticOptions } from './auth.options.js';
import { type AuthFeature, AuthRoutes } from './features/features.js';
import type { FormOptions, HttpSettings } from './http/http.settings.js';
import { Catalogue } from './messages/catalogue.js';
import {
  ContentSecurityPolicyOptions,
  type PageSources,
  pageSources,
} from './page/content-security-policy.options.js';
import type { PageOptions } from './page/page.options.js';
import type { PageSettings } from './page/page.settings.js';
import { Site } from './page/site.js';
import { checkPasswordOptions, PasswordOptions } from './password/password.options.js';
import { type ThrottleConfig, ThrottleOptions, type ThrottleSettings } from './throttle/throttle.options.js';
import type { Duration } from './input/duration.js';
import { withDefaults } from './input/with-defaults.js';
import { SessionOptions, type SessionSettings } from './session/session.options.js';
import { SsoUser, type SsoUserBase } from './user/sso-user.entity.js';

const MIN_SECRET_LENGTH = 32;
const COOKIE_NAME = /^[\w!#$%&'*.^`|~+-]+$/;

/** The options as the module uses them: defaults filled in, durations in milliseconds, every rule of the boot checked. */
export class AuthSettings implements HttpSettings, PageSettings, ThrottleConfig {
  readonly production: boolean;
  readonly secrets: readonly [string, ...string[]];
  readonly session: SessionSettings;
  readonly password: PasswordOptions;
  /** Times in milliseconds; `null` = nothing is limited. */
  readonly throttle: ThrottleSettings | null;
  /** Milliseconds. */
  readonly databaseTimeout: number;
  readonly audit: AuditSettings;
  readonly messages: Catalogue;
  readonly routes: AuthRoutes;
  readonly routePrefix: string;
  readonly dataSource: string;
  readonly userEntity: Type<SsoUserBase>;
  readonly trustedOrigins: ReadonlySet<string>;
  readonly sources: PageSources;
  readonly site: Site;

  /** @throws Error with a sentence that says what to do */
  constructor(
    readonly options: AuthOptions,
    shape: AuthStaticOptions = {},
  ) {
    checkAuthOptions(options);
    this.production = options.production ?? process.env['NODE_ENV'] === 'production';
    this.secrets = secretsOf(options.secret, this.production);
    this.session = sessionSettings(withDefaults(new SessionOptions(), options.session), this.production);
    this.password = withDefaults(new PasswordOptions(), options.password);
    checkPasswordOptions(this.password);
    this.throttle = options.throttle === false ? null : throttleSettings(options.throttle);
    this.databaseTimeout = timerDelay('databaseTimeout', options.databaseTimeout ?? '10s');
    const { retention, sinks } = withDefaults(new AuditOptions(), options.audit);
    this.audit = { retention: retention === null ? null : milliseconds('audit.retention', retention), sinks };
    this.messages = new Catalogue(options.messages, options.language);
    this.site = new Site(options.site);
    this.routes = withDefaults(new AuthRoutes(), shape.routes);
    this.routePrefix = shape.routePrefix ?? '';
    this.dataSource = shape.dataSource ?? 'default';
    this.userEntity = shape.userEntity ?? SsoUser;
    this.sources = pageSources(
      withDefaults(new ContentSecurityPolicyOptions(), options.contentSecurityPolicy),
    );
    this.trustedOrigins = new Set(options.trustedOrigins?.map(originOf));
  }

  formOptions(group: string): FormOptions & PageOptions {
    // Options may be getters, of an instance of a class.
    return Object(Reflect.get(this.options, group));
  }

  /** A group of options, with the defaults of its class. */
  featureOptions({ name, type, rules }: NonNullable<AuthFeature['options']>): object {
    const given = Object(Reflect.get(this.options, name));
    const named = Object.keys(rules.names).map((option) => [option, Reflect.get(given, option)]);
    return withDefaults(new type(), Object.fromEntries(named));
  }
}

function secretsOf(secret: string | string[] | undefined, production: boolean): [string, ...string[]] {
  const [first, ...others] = [secret ?? []].flat();
  if (!production && !first) {
    new Logger('AuthModule').warn(
      'No secret is set, so forms from before a restart or from another process are refused. Set the option `secret`.',
    );
    return [randomBytes(MIN_SECRET_LENGTH).toString('base64url')];
  }
  if (!first || (production && [first, ...others].some((one) => one.length < MIN_SECRET_LENGTH))) {
    throw new Error(
      `AuthModule needs the option \`secret\` in production: at least ${MIN_SECRET_LENGTH} random characters, ` +
        'the same in every process. Generate one with: openssl rand -base64 32',
    );
  }
  return [first, ...others];
}

function sessionSettings(options: SessionOptions, production: boolean): SessionSettings {
  const { cookieName, sliding, sameSite, bearer, sweepInterval, maxPerUser } = options;
  if (!COOKIE_NAME.test(cookieName)) {
    throw new Error(
      `session.cookieName: "${cookieName}" is not a cookie name (RFC 6265 §4.1.1). Use letters and digits.`,
    );
  }
  if (/^__(Host|Secure)-/i.test(cookieName)) {
    throw new Error(
      `session.cookieName: remove the prefix from "${cookieName}". Browsers reject such a cookie unless it is Secure; ` +
        'in production the prefix __Host- is added automatically.',
    );
  }
  if (sameSite === 'none' && !production) {
    throw new Error(
      "session.sameSite: 'none' needs the option `production` and HTTPS, because browsers reject such a cookie unless it is Secure.",
    );
  }
  return {
    expiry: milliseconds('session.expiry', options.expiry),
    maxExpiry: milliseconds('session.maxExpiry', options.maxExpiry),
    sliding,
    cookieName: production ? `__Host-${cookieName}` : cookieName,
    secure: production,
    sameSite,
    bearer,
    maxPerUser: maxPerUser === null ? null : wholeNumber('session.maxPerUser', maxPerUser),
    sweepInterval: sweepInterval === false ? false : timerDelay('session.sweepInterval', sweepInterval),
  };
}

function throttleSettings(given: Partial<ThrottleOptions> = {}): ThrottleSettings {
  const { account, deviceExpiry, store, ...limits } = withDefaults(new ThrottleOptions(), given);
  const limit = (name: keyof typeof limits): ThrottleSettings['loginsPerAddress'] => ({
    attempts: wholeNumber(`throttle.${name}.attempts`, limits[name].attempts),
    window: timerDelay(`throttle.${name}.window`, limits[name].window),
  });
  const wait = timerDelay('throttle.account.wait', account.wait);
  const maxWait = timerDelay('throttle.account.maxWait', account.maxWait);
  if (maxWait < wait)
    throw new Error(`throttle.account.maxWait: "${account.maxWait}" is shorter than the first wait.`);
  return {
    account: {
      failures: wholeNumber('throttle.account.failures', account.failures),
      window: timerDelay('throttle.account.window', account.window),
      wait,
      maxWait,
    },
    loginsPerAccount: limit('loginsPerAccount'),
    loginsPerAddress: limit('loginsPerAddress'),
    registrationsPerAddress: limit('registrationsPerAddress'),
    changesPerUser: limit('changesPerUser'),
    changesPerAddress: limit('changesPerAddress'),
    oldPasswords: limit('oldPasswords'),
    deviceExpiry: milliseconds('throttle.deviceExpiry', deviceExpiry),
    store,
  };
}

function wholeNumber(option: string, value: number): number {
  if (!Number.isSafeInteger(value) || value < 1) {
    throw new Error(`${option}: "${value}" is not a whole number of 1 or more.`);
  }
  return value;
}

function milliseconds(option: string, duration: Duration): number {
  // `ms` throws on the empty string and on what is no string at all, in words of its own.
  const text = typeof duration === 'string' && duration !== '' ? duration : 'none';
  const value = typeof duration === 'number' ? duration * 1000 : ms(text as ms.StringValue);
  if (!Number.isFinite(value) || value <= 0) {
    throw new Error(
      `${option}: "${duration}" is not a duration. Use a string such as '30m', or a number of seconds.`,
    );
  }
  return value;
}

/** What a timer can wait for; a longer time would make it fire at once. */
function timerDelay(option: string, duration: Duration): number {
  const value = milliseconds(option, duration);
  if (value > 2 ** 31 - 1) throw new Error(`${option}: "${duration}" is too long. Use at most 24 days.`);
  return value;
}

function originOf(origin: string): string {
  const url = URL.canParse(origin) ? new URL(origin).origin : 'null';
  if (url === 'null')
    throw new Error(`trustedOrigins: "${origin}" is not an origin such as https://app.example.com.`);
  return url;
}
