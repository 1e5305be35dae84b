import {
  type IRateLimiterOptions,
  type RateLimiterAbstract,
  RateLimiterMemory,
  RateLimiterMySQL,
  RateLimiterPostgres,
  RateLimiterRedis,
  RateLimiterRes,
  type RateLimiterLike,
  RateLimiterSQLite,
  RLWrapperTimeouts,
} from 'rate-limiter-flexible';
import { TooManyAttemptsException } from './throttle.exceptions.js';
import { StoreBreaker } from './store.breaker.js';
import type { ThrottleStore } from './throttle.options.js';

const TABLE = 'sso_throttle';
const STORE_TIMEOUT_MS = 500;

/** Result of counting an attempt: the number of attempts now, or the milliseconds to wait. */
export type Count = { count: number } | { waitMs: number };

/** The host's store with its circuit breaker. */
export interface GuardedStore {
  store: ThrottleStore;
  breaker: StoreBreaker;
  /** Called for each attempt that is counted in memory instead. */
  onOutage: () => void;
}

export function guardedStore(store: ThrottleStore, onOutage: () => void): GuardedStore {
  const probing = new RLWrapperTimeouts({
    limiter: inStore(store, { keyPrefix: 'sso_probe', points: 1, duration: 1, tableCreated: true }),
    timeoutMs: STORE_TIMEOUT_MS,
  });
  // The probe writes, because a read-only store, such as a replica, cannot count.
  return { store, onOutage, breaker: new StoreBreaker(() => probing.penalty('probe')) };
}

/** Counts attempts by key in time windows: in the configured store, or in memory while that store fails. */
export class Limiter {
  private readonly inStore: RateLimiterLike;
  private readonly inMemory: RateLimiterMemory;
  /** Windows whose first refusal this process has already returned. */
  private readonly reportedRefusals: RateLimiterMemory;

  /**
   * @param points number of attempts allowed in a window
   * @param windowMs length of a window in milliseconds, from its first attempt
   */
  constructor(
    name: string,
    private readonly points: number,
    windowMs: number,
    private readonly guarded: GuardedStore,
  ) {
    const limit = { keyPrefix: `sso_${name}`, points, duration: Math.ceil(windowMs / 1000) };
    const limiter = inStore(guarded.store, { ...limit, tableCreated: true });
    // A store that hangs must not block logins.
    this.inStore =
      guarded.store.type === 'memory'
        ? limiter
        : new RLWrapperTimeouts({ limiter, timeoutMs: STORE_TIMEOUT_MS });
    this.inMemory = new RateLimiterMemory(limit);
    this.reportedRefusals = new RateLimiterMemory({ points: 1, duration: 1 });
  }

  /** Runs an operation on the store, or in memory while the store fails. */
  private async run<T>(count: (limiter: RateLimiterLike) => Promise<T>): Promise<T> {
    const { breaker, onOutage } = this.guarded;
    if (!breaker.mustSkip()) {
      try {
        return await count(this.inStore);
      } catch (error) {
        if (error instanceof RateLimiterRes) throw error;
        breaker.open();
      }
    }
    onOutage();
    return count(this.inMemory);
  }

  /** Counts one attempt if the window has room. */
  async tryCount(key: string): Promise<Count> {
    try {
      const { consumedPoints } = await this.run((limiter) => limiter.consume(key));
      return { count: consumedPoints };
    } catch (rejection) {
      if (rejection instanceof RateLimiterRes) return { waitMs: rejection.msBeforeNext };
      throw rejection;
    }
  }

  /** Counts one attempt even if the window is full. Returns the number of attempts now. */
  async forceCount(key: string): Promise<number> {
    return (await this.run((limiter) => limiter.penalty(key))).consumedPoints;
  }

  /** Uncounts one attempt. */
  async uncount(key: string): Promise<void> {
    await this.run((limiter) => limiter.reward(key));
  }

  /** Milliseconds for which the window stays full; 0 if it has room. */
  async waitMs(key: string): Promise<number> {
    const found = await this.run((limiter) => limiter.get(key));
    return found && found.consumedPoints >= this.points ? found.msBeforeNext : 0;
  }

  /** Fills the window for `ms` milliseconds. */
  async block(key: string, ms: number): Promise<void> {
    await this.run((limiter) => limiter.block(key, Math.ceil(ms / 1000)));
  }

  async forget(key: string): Promise<void> {
    await this.run((limiter) => limiter.delete(key));
  }

  /** Returns the exception for an attempt on `key` that has to wait `waitMs` milliseconds. */
  async refusal(key: string, waitMs: number): Promise<TooManyAttemptsException> {
    const isFirst = await this.reportedRefusals.consume(key, 1, { customDuration: waitMs / 1000 }).then(
      () => true,
      () => false,
    );
    return new TooManyAttemptsException(waitMs, isFirst);
  }
}

/** Creates the table of a store that {@link hasTable}, if it does not exist. */
export async function makeTable(store: ThrottleStore): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    inStore(store, { points: 1, duration: 1, clearExpiredByTimeout: false }, (error) =>
      error ? reject(error) : resolve(),
    );
  });
}

function inStore(
  store: ThrottleStore,
  options: IRateLimiterOptions & {
    tableCreated?: boolean;
    clearExpiredByTimeout?: boolean;
  },
  ready?: (error?: Error) => void,
): RateLimiterAbstract {
  const shared = { ...options, tableName: TABLE };
  switch (store.type) {
    case 'memory':
      return new RateLimiterMemory(options);
    case 'redis':
      return new RateLimiterRedis({
        ...shared,
        storeClient: store.client,
        // Only clients of `ioredis` have `defineCommand` for scripts.
        useRedisPackage: !('defineCommand' in store.client),
        rejectIfRedisNotReady: true,
      });
    case 'postgres':
      return new RateLimiterPostgres({ ...shared, storeClient: store.client, storeType: 'pool' }, ready);
    case 'mysql':
      return new RateLimiterMySQL(
        { ...shared, storeClient: store.client, storeType: 'pool', dbName: store.database },
        ready,
      );
    case 'sqlite':
      return new RateLimiterSQLite(
        { ...shared, storeClient: store.client, storeType: 'better-sqlite3' },
        ready,
      );
  }
}
