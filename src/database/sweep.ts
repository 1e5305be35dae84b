import { setTimeout as sleep } from 'node:timers/promises';
import type { Type } from '@nestjs/common';
import { Between, In, LessThanOrEqual, type ObjectLiteral } from 'typeorm';
import type { Database } from './database.js';

/** Smallest and largest number of rows in a batch. */
const MIN_BATCH = 20;
const MAX_BATCH = 1000;

/** Milliseconds that a batch should take, because others wait that long for its locks, or for the one connection of SQLite. */
const TARGET_BATCH_MS = 10;

/** Expired rows to delete. */
export interface ExpiredRows<Instant extends string> {
  entity: Type<{ id: string } & Record<Instant, Date>>;
  /** Property that holds the time of expiry; it has an index. */
  instant: Instant;
  /** Returns the time up to which rows are deleted; called for each statement. */
  until: () => Date;
  /** Called with the rows of each deleted batch; they have `id` and `extraColumns`. */
  onDeleted?: ((rows: readonly ObjectLiteral[]) => void) | undefined;
  extraColumns?: readonly string[];
}

/**
 * Deletes expired rows in batches until none are left or `signal` is aborted, and returns how many were deleted. After each
 * batch it pauses for as long as the batch took, so that others can use the database (with SQLite, the whole process).
 */
export async function sweep<Instant extends string>(
  database: Database,
  expired: ExpiredRows<Instant>,
  signal?: AbortSignal,
): Promise<number> {
  const { entity, instant, until, onDeleted, extraColumns = [] } = expired;
  let swept = 0;
  let from = new Date(0);
  for (let size = MIN_BATCH; ;) {
    if (signal?.aborted) return swept;
    const start = performance.now();
    const found = await database.run((manager) =>
      manager.find<ObjectLiteral>(entity, {
        select: Object.fromEntries(['id', instant, ...extraColumns].map((name) => [name, true])),
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
        // A number, because TypeORM 0.3 does not transform what it compares with in a DELETE.
        [instant]: LessThanOrEqual(until().getTime()),
      }),
    );
    swept += affected ?? 0;
    onDeleted?.(affected === found.length ? found : await deletedRows(database, entity, found));
    if (found.length < size) return swept;
    const took = performance.now() - start;
    await sleep(took);
    size = took > TARGET_BATCH_MS ? Math.max(MIN_BATCH, Math.floor(size / 2)) : Math.min(MAX_BATCH, size * 2);
  }
}

/** Returns the rows that were deleted; a request may have extended the others meanwhile. */
async function deletedRows(
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
