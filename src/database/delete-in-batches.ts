import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from './database.js';

/** Rows of one batch, at the least and at the most. */
const FEWEST = 20;
const MOST = 1000;

/** Milliseconds that a batch should take: so long others wait for its locks, or for the one connection of SQLite. */
const ENOUGH = 10;

/**
 * Deletes batch after batch until one is not full or `signal` says stop. After each the database, which with SQLite is
 * the whole process, is left to others for as long as the batch took.
 *
 * @param deleteBatch deletes up to `size` rows and answers how many it found
 */
export async function deleteInBatches(
  database: Database,
  deleteBatch: (size: number) => Promise<number>,
  signal?: AbortSignal,
): Promise<void> {
  for (let size = FEWEST; ;) {
    if (signal?.aborted) return;
    const start = performance.now();
    const found = await deleteBatch(size);
    if (found > 0) await database.checkpoint();
    if (found < size) return;
    const took = performance.now() - start;
    await sleep(took);
    size = took > ENOUGH ? Math.max(FEWEST, Math.floor(size / 2)) : Math.min(MOST, size * 2);
  }
}
