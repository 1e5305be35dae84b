import type { HashOrigin } from '../password/hash-queue.js';
import { addressKey } from '../input/address.js';
import { isDisconnected } from './waiting-callers.js';
import type { SessionTransport } from '../session/session.token.js';
import type { AttemptSource } from '../throttle/throttle.js';
import type { AuthenticatedSession } from '../session/authenticated-session.js';

/** On whose behalf a method of `SsoUserService` acts. All but `token` and `session` is only recorded or matched. */
export interface SsoCaller {
  /** The session's token, as `TokenTransport.read` finds it. */
  token?: string | undefined;
  /**
   * How the client will keep the token of a login: `bearer` for programs, see the option `session.bearer`.
   * @default 'cookie'
   */
  transport?: SessionTransport | undefined;
  /** The session itself, as a guard or a login gave it; a look-alike made from request data is refused. */
  session?: AuthenticatedSession | undefined;
  /** Name of the calling application; see the option `apps`. */
  currentApp?: string | undefined;
  /** Where the caller comes from; attempts are counted by it. Callers without one share one count. */
  remoteAddress?: string | undefined;
  userAgent?: string | undefined;
  /** The caller's language (BCP 47); a login notes it of the user. */
  language?: string | undefined;
  /** The device cookie, by which a browser that has signed in before is told from strangers; see `throttle`. */
  device?: string | undefined;
  /** Ties audit rows to the host's own logs. */
  correlationId?: string | undefined;
}

const systemCallers = new WeakMap<object, string>();

/** The trusted caller of code that acts for nobody in particular. */
export function systemCaller(name: string): SsoCaller {
  const caller = Object.freeze({});
  systemCallers.set(caller, name);
  return caller;
}

/** The name of a system caller; `undefined` for everybody else, whatever the object says of itself. */
export function systemNameOf(caller: SsoCaller): string | undefined {
  return systemCallers.get(caller);
}

/** How a caller is told from others when attempts are counted. */
export function attemptSourceOf(caller: SsoCaller): AttemptSource {
  const { remoteAddress, device } = caller;
  return { remoteAddress, device, isSystem: systemNameOf(caller) !== undefined };
}

const TEXTS = [
  'token',
  'transport',
  'currentApp',
  'remoteAddress',
  'userAgent',
  'language',
  'device',
  'correlationId',
] as const;

/** Whether something is a caller at all; code without types may give anything. */
export function isCaller(given: unknown): given is SsoCaller {
  if (typeof given !== 'object' || given === null) return false;
  const facts = given as Readonly<Record<string, unknown>>;
  return (
    TEXTS.every((name) => typeof (facts[name] ?? '') === 'string') &&
    typeof (facts['session'] ?? {}) === 'object'
  );
}

/**
 * For whom a caller has something hashed.
 *
 * @param user id of the user, or name of the system; `null` = a stranger
 * @param typedName tells strangers apart who come from one address
 */
export function hashOriginOf(caller: SsoCaller, user: string | null, typedName = ''): HashOrigin {
  const address = systemNameOf(caller) === undefined ? addressKey(caller.remoteAddress) : 'system';
  return { address, person: user ?? `${address} ${typedName}`, isDisconnected: () => isDisconnected(caller) };
}
