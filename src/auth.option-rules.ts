import { statusOf } from './errors/auth.status.js';
import type { AuditOptions } from './audit/audit.options.js';
import type { AuthModuleAsyncOptions, AuthOptions, AuthStaticOptions } from './auth.options.js';
import {
  aClass,
  oneOf,
  anything,
  checkOptions,
  duration,
  anyOf,
  flag,
  type Group,
  group,
  withMethods,
  isObject,
  listOf,
  method,
  number,
  object,
  type Rule,
  text,
} from './input/option-check.js';
import { ALL_PAGES } from './features/composition.js';
import { AuthRoutes, FEATURES, type FeatureOptions } from './features/features.js';
import type { SiteLogos, SiteOptions } from './page/site.js';
import type { ContentSecurityPolicyOptions } from './page/content-security-policy.options.js';
import { Styles } from './page/theme.js';
import type { PasswordOptions } from './password/password.options.js';
import type { AccountLimit, AttemptLimit, ThrottleOptions } from './throttle/throttle.options.js';
import type { SessionOptions } from './session/session.options.js';
import type { AppsOptions } from './account/apps.options.js';

const texts = listOf(text, 'a list of strings');
const limit = group<AttemptLimit>({ attempts: number, window: duration });
const passwordRule: Rule = {
  expected: 'a PasswordRule',
  accepts: (value) =>
    withMethods(['check'], '').accepts(value) && isRuleCode(Reflect.get(Object(value), 'code')),
};
const nullable = (rule: Rule): Rule => anyOf(rule, oneOf(null));

const STYLES: Group = {
  names: Object.fromEntries(Object.keys(new Styles()).map((name) => [name, anything])),
};

const STATIC = group<AuthStaticOptions>({
  isGlobal: flag,
  routePrefix: text,
  dataSource: text,
  userEntity: aClass,
  protect: oneOf('all', 'marked'),
  routes: { names: Object.fromEntries(Object.keys(new AuthRoutes()).map((name) => [name, flag])) },
});

const ASYNC = group<Omit<AuthModuleAsyncOptions, keyof AuthStaticOptions>>({
  imports: anything,
  inject: anything,
  useFactory: method,
  useClass: aClass,
  useExisting: anything,
});

/** What each option of a feature may be, by the names of their groups. */
function rulesOfFeatures(): Record<keyof FeatureOptions, Group> {
  const groups = FEATURES.flatMap(({ options }) => (options ? [[options.name, options.rules]] : []));
  return Object.fromEntries(groups);
}

/** The pages whose templates the option `templatePaths` names. */
const TEMPLATE_NAMES = ALL_PAGES.flatMap(({ name, options }) => (options === undefined ? [name] : []));

const OPTIONS = group<AuthOptions>({
  secret: { ...anyOf(text, texts), isSecret: true },
  production: flag,
  session: group<SessionOptions>({
    expiry: duration,
    maxExpiry: duration,
    sliding: flag,
    cookieName: text,
    sameSite: oneOf('lax', 'none'),
    bearer: flag,
    maxPerUser: nullable(number),
    sweepInterval: anyOf(duration, oneOf(false)),
  }),
  ...rulesOfFeatures(),
  layoutPath: text,
  // Which pages have an option of their own is known where they are rendered.
  templatePaths: { names: Object.fromEntries(TEMPLATE_NAMES.map((name) => [name, text])), isOpen: true },
  language: text,
  messages: object,
  site: group<SiteOptions>({
    name: text,
    logo: group<SiteLogos>({ light: text, dark: text }, { or: text }),
    url: text,
  }),
  styles: STYLES,
  icon: text,
  contentSecurityPolicy: group<ContentSecurityPolicyOptions>({ images: texts, fonts: texts, styles: texts }),
  openApi: oneOf('all', 'json', 'none'),
  darkStyles: { ...STYLES, or: oneOf(false) },
  password: group<PasswordOptions>({
    minLength: number,
    maxLength: number,
    rejectList: texts,
    rejectCommon: flag,
    contextWords: texts,
    rules: listOf(passwordRule, 'a list of objects that implement PasswordRule, each with a code of its own'),
    expiry: nullable(number),
    aboutToExpireThreshold: number,
    history: number,
    bcryptRounds: number,
    hashers: listOf(
      withMethods(['matches', 'hash', 'verify', 'needsRehash'], 'a PasswordHasher'),
      'a list of objects that implement PasswordHasher',
    ),
  }),
  throttle: group<ThrottleOptions>(
    {
      account: group<AccountLimit>({ failures: number, window: duration, wait: duration, maxWait: duration }),
      loginsPerAccount: limit,
      loginsPerAddress: limit,
      registrationsPerAddress: limit,
      changesPerUser: limit,
      changesPerAddress: limit,
      oldPasswords: limit,
      deviceExpiry: duration,
      store: group<{ type: string; client: object; database: string }>({
        type: oneOf('memory', 'redis', 'postgres', 'mysql', 'sqlite'),
        client: anything,
        database: text,
      }),
    },
    { or: oneOf(false) },
  ),
  databaseTimeout: duration,
  audit: group<AuditOptions>({
    retention: nullable(duration),
    sinks: listOf(withMethods(['record'], 'an AuditSink'), 'a list of objects with a method record()'),
  }),
  apps: group<AppsOptions>({ all: texts, login: texts }),
  trustedOrigins: texts,
});

const ALL: Group = { names: { ...OPTIONS.names, ...STATIC.names } };

/**
 * Checks the options that shape the module, which `forRootAsync` takes next to the factory.
 *
 * @throws Error with a sentence that says what to do
 */
export function checkStaticOptions(given: object): void {
  const misplaced = nameIn(OPTIONS, given);
  if (misplaced !== undefined) {
    throw new Error(
      `AuthModule.forRootAsync() does not read ${misplaced} next to useFactory. Return it from the factory instead.`,
    );
  }
  checkOptions(given, { names: { ...STATIC.names, ...ASYNC.names } }, ALL);
}

/**
 * Checks all other options, wherever they come from.
 *
 * @throws Error with a sentence that says what to do
 */
export function checkAuthOptions(given: unknown): void {
  if (!isObject(given)) throw new Error(`The options of AuthModule must be an object, not ${String(given)}.`);
  const misplaced = nameIn(STATIC, given);
  if (misplaced !== undefined) {
    throw new Error(
      `AuthModule does not read ${misplaced} from a factory, because it shapes the module. ` +
        'Put it next to useFactory in AuthModule.forRootAsync().',
    );
  }
  const factory = nameIn(ASYNC, given);
  if (factory !== undefined)
    throw new Error(`AuthModule.forRoot() does not accept ${factory}. Use AuthModule.forRootAsync().`);
  checkOptions(given, OPTIONS, ALL);
}

/** The first name that was given of those in a group. */
function nameIn({ names }: Group, given: object): string | undefined {
  return Object.entries(given).find(
    ([name, value]) => value !== undefined && Object.hasOwn(names, name),
  )?.[0];
}

/** Whether a rule may go by a code: it fits the audit, and says nothing else than that a new password is no good. */
function isRuleCode(code: unknown): boolean {
  if (typeof code !== 'string' || !/^[\w.:-]{1,64}$/.test(code)) return false;
  const status = statusOf(code);
  return status === undefined || (status === 422 && code.startsWith('password_'));
}
