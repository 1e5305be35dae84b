import pLimit, { type LimitFunction } from 'p-limit';

/** Number of transactions about the same user that may hold a connection at once. */
const WIDTH = 2;

interface Lane {
  limit: LimitFunction;
  /** Number of transactions that run in this lane or wait for it. */
  users: number;
}

/**
 * Limits the concurrent transactions about one user. Without a limit, each would hold a connection while it waits for the
 * same row lock, until the pool has none left for other users.
 */
export class Lanes {
  private readonly lanes = new Map<string, Lane>();

  /** @param ids of the users that the transaction is about */
  run<T>(ids: readonly string[], work: () => Promise<T>): Promise<T> {
    // Always in the same order, so that two transactions with the same users cannot deadlock.
    const lanes = [...new Set(ids)].toSorted();
    return lanes.reduceRight<() => Promise<T>>((next, id) => () => this.enter(id, next), work)();
  }

  private async enter<T>(id: string, work: () => Promise<T>): Promise<T> {
    const lane = this.lanes.get(id) ?? { limit: pLimit(WIDTH), users: 0 };
    this.lanes.set(id, lane);
    lane.users++;
    try {
      return await lane.limit(work);
    } finally {
      if (--lane.users === 0) this.lanes.delete(id);
    }
  }
}
