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
import { TooManyAttemptsException } from '../auth.exceptions.js';
import type { ThrottleStore } from './throttle.options.js';

const TABLE = 'sso_throttle';
const STORE_TIMEOUT_MS = 500;

/** What came of counting an attempt: how many there are now, or how long to wait. */
export type Count = { count: number } | { waitMs: number };

/** Counts attempts by key in windows of time: in the chosen store, and in memory while that store fails. */
export class Limiter {
  private readonly limiter: RateLimiterLike;
  /** The windows of which a refusal was told, in this process. */
  private readonly told = new RateLimiterMemory({ points: 1, duration: 1 });

  /**
   * @param points attempts that a window takes
   * @param windowMs length of a window, which starts with its first attempt
   * @param onOutage called whenever the store fails
   */
  constructor(
    name: string,
    private readonly points: number,
    windowMs: number,
    store: ThrottleStore,
    onOutage: () => void,
  ) {
    const limit = { keyPrefix: `sso_${name}`, points, duration: Math.ceil(windowMs / 1000) };
    const limiter = inStore(store, {
      ...limit,
      insuranceLimiter: new Insurance(limit, onOutage),
      tableCreated: true,
    });
    // A store that hangs must not close the door either.
    this.limiter =
      store.type === 'memory' ? limiter : new RLWrapperTimeouts({ limiter, timeoutMs: STORE_TIMEOUT_MS });
  }

  /** Counts one attempt while the window has room. */
  async take(key: string): Promise<Count> {
    try {
      const { consumedPoints } = await this.limiter.consume(key);
      return { count: consumedPoints };
    } catch (rejection) {
      if (rejection instanceof RateLimiterRes) return { waitMs: rejection.msBeforeNext };
      throw rejection;
    }
  }

  /** Counts one attempt, room or none; answers how many there are now. */
  async add(key: string): Promise<number> {
    return (await this.limiter.penalty(key)).consumedPoints;
  }

  /** Takes one attempt back. */
  async giveBack(key: string): Promise<void> {
    await this.limiter.reward(key);
  }

  /** How long the window stays full, in milliseconds; 0 = it has room. */
  async waitMs(key: string): Promise<number> {
    const found = await this.limiter.get(key);
    return found && found.consumedPoints >= this.points ? found.msBeforeNext : 0;
  }

  /** Fills the window for some time. */
  async block(key: string, ms: number): Promise<void> {
    await this.limiter.block(key, Math.ceil(ms / 1000));
  }

  async forget(key: string): Promise<void> {
    await this.limiter.delete(key);
  }

  /** The refusal of an attempt for which the window of `key` has no room for `waitMs` more. */
  async refusal(key: string, waitMs: number): Promise<TooManyAttemptsException> {
    const isFirst = await this.told.consume(key, 1, { customDuration: waitMs / 1000 }).then(
      () => true,
      () => false,
    );
    return new TooManyAttemptsException(waitMs, isFirst);
  }
}

/** Makes the table of a SQL store where it is missing; a store of another kind needs none. */
export async function makeTable(store: ThrottleStore): Promise<void> {
  if (store.type === 'memory' || store.type === 'redis') return;
  await new Promise<void>((resolve, reject) => {
    inStore(store, { points: 1, duration: 1, clearExpiredByTimeout: false }, (error) =>
      error ? reject(error) : resolve(),
    );
  });
}

function inStore(
  store: ThrottleStore,
  options: IRateLimiterOptions & {
    insuranceLimiter?: Insurance;
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
        // Only clients of `ioredis` take scripts by `defineCommand`.
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

/** Counts in memory what the store cannot; says so. */
class Insurance extends RateLimiterMemory {
  constructor(
    limit: IRateLimiterOptions,
    private readonly onOutage: () => void,
  ) {
    super(limit);
  }

  override consume(...args: Parameters<RateLimiterMemory['consume']>): Promise<RateLimiterRes> {
    this.onOutage();
    return super.consume(...args);
  }

  override penalty(...args: Parameters<RateLimiterMemory['penalty']>): Promise<RateLimiterRes> {
    this.onOutage();
    return super.penalty(...args);
  }

  override get(...args: Parameters<RateLimiterMemory['get']>): Promise<RateLimiterRes | null> {
    this.onOutage();
    return super.get(...args);
  }
}
