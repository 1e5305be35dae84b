import pLimit, { type LimitFunction } from 'p-limit';

/** How many transactions about the same user may have a connection at once. */
const WIDTH = 2;

interface Lane {
  limit: LimitFunction;
  /** How many are in it or wait for it. */
  users: number;
}

/**
 * Lets few transactions about the same user run at once. Others would wait for the same row, each with a connection, until
 * the pool has none left for anybody else.
 */
export class Lanes {
  private readonly lanes = new Map<string, Lane>();

  /** @param ids of the users it is about */
  run<T>(ids: readonly string[], work: () => Promise<T>): Promise<T> {
    // In one order, so that two with the same users do not wait for each other.
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
