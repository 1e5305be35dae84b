import type { Duration } from '../input/duration.js';

/** How often something may be tried. */
export interface AttemptLimit {
  /** How many are free; a whole number of 1 or more. */
  attempts: number;
  /** The time in which they are counted, from the first one on. */
  window: Duration;
}

/** How failed logins slow an account down. */
export interface AccountLimit {
  /** The failure that starts the first wait. */
  failures: number;
  /** After this time without a wait the failures are forgotten. */
  window: Duration;
  /** The first wait; each further failure doubles it. */
  wait: Duration;
  /** The longest wait. */
  maxWait: Duration;
}

/**
 * Where the counters lie, with the host's own client: several processes share them then.
 * The SQL stores keep them in a table `sso_throttle` that they make themselves.
 */
export type ThrottleStore =
  | { type: 'memory' }
  /** A client of `ioredis`, or of `redis` 4 and above. */
  | { type: 'redis'; client: object }
  /** A `Pool` of `pg`. */
  | { type: 'postgres'; client: object }
  /** A pool of `mysql2`, and the name of the database. */
  | { type: 'mysql'; client: object; database: string }
  /** A database of `better-sqlite3`. */
  | { type: 'sqlite'; client: object };

/** What throttling needs of the options. */
export abstract class ThrottleConfig {
  /** `null` = nothing is limited. */
  abstract readonly throttle: ThrottleSettings | null;
  /** What device cookies are signed with: the first one signs, all are accepted. */
  abstract readonly secrets: readonly [string, ...string[]];
}

/** Whether the counters lie in a table. */
export function hasTable({ type }: ThrottleStore): boolean {
  return type !== 'memory' && type !== 'redis';
}

/** {@link ThrottleOptions} as the code uses them; times in milliseconds. */
export interface ThrottleSettings {
  account: { failures: number; window: number; wait: number; maxWait: number };
  loginsPerAccount: { attempts: number; window: number };
  loginsPerAddress: { attempts: number; window: number };
  registrationsPerAddress: { attempts: number; window: number };
  changesPerUser: { attempts: number; window: number };
  changesPerAddress: { attempts: number; window: number };
  oldPasswords: { attempts: number; window: number };
  deviceExpiry: number;
  store: ThrottleStore;
}

/** Throttling of guesses (ASVS 6.3.1, NIST SP 800-63B-4 §3.2.2). */
export class ThrottleOptions {
  /**
   * Failed logins per account, whether it exists or not.
   * @default { failures: 10, window: '12h', wait: '1m', maxWait: '15m' }
   */
  account: AccountLimit = { failures: 10, window: '12h', wait: '1m', maxWait: '15m' };

  /**
   * Logins per account, good and bad, whether it exists or not.
   * @default { attempts: 30, window: '1m' }
   */
  loginsPerAccount: AttemptLimit = { attempts: 30, window: '1m' };

  /**
   * Logins per address, good and bad; an IPv6 address counts by its /64, and all that are unknown count together.
   * @default { attempts: 30, window: '1m' }
   */
  loginsPerAddress: AttemptLimit = { attempts: 30, window: '1m' };

  /**
   * Registrations per address.
   * @default { attempts: 20, window: '1m' }
   */
  registrationsPerAddress: AttemptLimit = { attempts: 20, window: '1m' };

  /**
   * Passwords that a user sets, whatever comes of it: their own, and as a super-user those of others and of new users.
   * @default { attempts: 20, window: '1m' }
   */
  changesPerUser: AttemptLimit = { attempts: 20, window: '1m' };

  /**
   * The same per address.
   * @default { attempts: 60, window: '1m' }
   */
  changesPerAddress: AttemptLimit = { attempts: 60, window: '1m' };

  /**
   * Wrong old passwords per user who changes their own.
   * @default { attempts: 5, window: '5m' }
   */
  oldPasswords: AttemptLimit = { attempts: 5, window: '5m' };

  /**
   * How long a browser that has signed in is known, and counted apart from strangers.
   * @default '180d'
   */
  deviceExpiry: Duration = '180d';

  /**
   * Where the counters lie.
   * @default { type: 'memory' } (each process counts for itself)
   */
  store: ThrottleStore = { type: 'memory' };
}
