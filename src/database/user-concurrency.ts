import pLimit, { type LimitFunction } from 'p-limit';

/** Number of transactions about the same user that may hold a connection at once. */
const WIDTH = 2;

interface UserLimit {
  limit: LimitFunction;
  /** Number of transactions that run under this limit or wait for it. */
  users: number;
}

/**
 * Limits the concurrent transactions about one user. Without a limit, each would hold a connection while it waits for the
 * same row lock, until the pool has none left for other users.
 */
export class UserConcurrency {
  private readonly limits = new Map<string, UserLimit>();

  /** @param ids of the users that the transaction is about */
  run<T>(ids: readonly string[], work: () => Promise<T>): Promise<T> {
    // Always in the same order, so that two transactions with the same users cannot deadlock.
    const sortedIds = [...new Set(ids)].toSorted();
    return sortedIds.reduceRight<() => Promise<T>>((next, id) => () => this.enter(id, next), work)();
  }

  private async enter<T>(id: string, work: () => Promise<T>): Promise<T> {
    const userLimit = this.limits.get(id) ?? { limit: pLimit(WIDTH), users: 0 };
    this.limits.set(id, userLimit);
    userLimit.users++;
    try {
      return await userLimit.limit(work);
    } finally {
      if (--userLimit.users === 0) this.limits.delete(id);
    }
  }
}
