import { setTimeout as sleep } from 'node:timers/promises';
import type { Type } from '@nestjs/common';
import { Between, In, LessThanOrEqual, type ObjectLiteral } from 'typeorm';
import type { Database } from './database.js';

/** Smallest and largest number of rows in a batch. */
const FEWEST = 20;
const MOST = 1000;

/** Milliseconds that a batch should take, because others wait that long for its locks, or for the one connection of SQLite. */
const ENOUGH = 10;

/** Expired rows to delete. */
export interface Past<Instant extends string> {
  entity: Type<{ id: string } & Record<Instant, Date>>;
  /** Property that holds the time of expiry; it has an index. */
  instant: Instant;
  /** Returns the time up to which rows are deleted; called for each statement. */
  until: () => Date;
  /** Called with the rows of each deleted batch; they have `id` and the properties of `told`. */
  onDeleted?: ((rows: readonly ObjectLiteral[]) => void) | undefined;
  told?: readonly string[];
}

/**
 * Deletes expired rows in batches until none are left or `signal` is aborted, and returns how many were deleted. After each
 * batch it pauses for as long as the batch took, so that others can use the database (with SQLite, the whole process).
 */
export async function sweep<Instant extends string>(
  database: Database,
  past: Past<Instant>,
  signal?: AbortSignal,
): Promise<number> {
  const { entity, instant, until, onDeleted, told = [] } = past;
  let swept = 0;
  let from = new Date(0);
  for (let size = FEWEST; ;) {
    if (signal?.aborted) return swept;
    const start = performance.now();
    const found = await database.run((manager) =>
      manager.find<ObjectLiteral>(entity, {
        select: Object.fromEntries(['id', instant, ...told].map((name) => [name, true])),
        // Continues after the last batch: PostgreSQL would step over every row deleted since its last vacuum.
        where: { [instant]: Between(from, until()) },
        order: { [instant]: 'ASC' },
        take: size,
      }),
    );
    const last = found.at(-1);
    if (!last) return swept;
    from = last[instant];
    const { affected } = await database.write((manager) =>
      manager.delete<ObjectLiteral>(entity, {
        id: In(found.map(({ id }) => id)),
        // Checked again, because a request may have extended the session since it was read.
        [instant]: LessThanOrEqual(until()),
      }),
    );
    swept += affected ?? 0;
    onDeleted?.(affected === found.length ? found : await gone(database, entity, found));
    if (found.length < size) return swept;
    const took = performance.now() - start;
    await sleep(took);
    size = took > ENOUGH ? Math.max(FEWEST, Math.floor(size / 2)) : Math.min(MOST, size * 2);
  }
}

/** Returns the rows that were deleted; a request may have extended the others meanwhile. */
async function gone(
  database: Database,
  entity: Type,
  rows: readonly ObjectLiteral[],
): Promise<ObjectLiteral[]> {
  const left = await database.run((manager) =>
    manager.find<ObjectLiteral>(entity, {
      select: { id: true },
      where: { id: In(rows.map(({ id }) => id)) },
    }),
  );
  const ids = new Set(left.map(({ id }) => id));
  return rows.filter(({ id }) => !ids.has(id));
}
