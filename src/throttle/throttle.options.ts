import type { Duration } from '../input/duration.js';

/** How many attempts are allowed in a time window. */
export interface AttemptLimit {
  /** How many attempts are allowed; a whole number of 1 or more. */
  attempts: number;
  /** The time window in which they are counted; it begins with the first one. */
  window: Duration;
}

/** How failed logins slow down further ones to the same account. */
export interface AccountLimit {
  /** The failure that starts the first wait. */
  failures: number;
  /** After this time without a wait, the failures are forgotten. */
  window: Duration;
  /** The first wait; each further failure doubles it. */
  wait: Duration;
  /** The longest wait. */
  maxWait: Duration;
}

/**
 * Where the counters are stored, with the application's own client, so that several processes share them. The
 * SQL stores use a table `sso_throttle`, which they create themselves.
 */
export type ThrottleStore =
  | { type: 'memory' }
  /** A client of `ioredis`, or of `redis` 4 or later. */
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
  /** The secrets for device cookies: the first one signs, all of them verify. */
  abstract readonly secrets: readonly [string, ...string[]];
}

/** Whether the counters are stored in a table. */
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

/** Limits on guessing (ASVS 6.3.1, NIST SP 800-63B-4 §3.2.2). */
export class ThrottleOptions {
  /**
   * Failed logins per account, whether it exists or not.
   * @default { failures: 10, window: '12h', wait: '1m', maxWait: '15m' }
   */
  account: AccountLimit = { failures: 10, window: '12h', wait: '1m', maxWait: '15m' };

  /**
   * Logins per account, successful or not, whether the account exists or not.
   * @default { attempts: 30, window: '1m' }
   */
  loginsPerAccount: AttemptLimit = { attempts: 30, window: '1m' };

  /**
   * Logins per address, successful or not. An IPv6 address counts by its /64; unknown addresses share one
   * count.
   * @default { attempts: 30, window: '1m' }
   */
  loginsPerAddress: AttemptLimit = { attempts: 30, window: '1m' };

  /**
   * Registrations per address.
   * @default { attempts: 20, window: '1m' }
   */
  registrationsPerAddress: AttemptLimit = { attempts: 20, window: '1m' };

  /**
   * Attempts of a user to set a password, successful or not: their own, and as a super-user those of other and
   * new users.
   * @default { attempts: 20, window: '1m' }
   */
  changesPerUser: AttemptLimit = { attempts: 20, window: '1m' };

  /**
   * The same per address.
   * @default { attempts: 60, window: '1m' }
   */
  changesPerAddress: AttemptLimit = { attempts: 60, window: '1m' };

  /**
   * Wrong old passwords per user, when they change their own password.
   * @default { attempts: 5, window: '5m' }
   */
  oldPasswords: AttemptLimit = { attempts: 5, window: '5m' };

  /**
   * How long a browser that has logged in is known, and counted separately from strangers.
   * @default '180d'
   */
  deviceExpiry: Duration = '180d';

  /**
   * Where the counters are stored.
   * @default { type: 'memory' } (each process counts for itself)
   */
  store: ThrottleStore = { type: 'memory' };
}
