import { setTimeout as sleep } from 'node:timers/promises';
import type { Type } from '@nestjs/common';
import { Between, In, LessThanOrEqual, type ObjectLiteral } from 'typeorm';
import type { Database } from './database.js';

/** Rows of one batch, at the least and at the most. */
const FEWEST = 20;
const MOST = 1000;

/** Milliseconds that a batch should take: so long others wait for its locks, or for the one connection of SQLite. */
const ENOUGH = 10;

/** Rows that have had their time. */
export interface Past<Instant extends string> {
  entity: Type<{ id: string } & Record<Instant, Date>>;
  /** The property that says when; it has an index. */
  instant: Instant;
  /** Up to when; asked anew for each statement. */
  until: () => Date;
  /** Is told of the rows of each batch that was deleted, with the properties `told` besides `id`. */
  onDeleted?: ((rows: readonly ObjectLiteral[]) => void) | undefined;
  told?: readonly string[];
}

/**
 * Deletes such rows, batch after batch, until there are no more or `signal` says stop; answers how many. After each
 * batch the database, which with SQLite is the whole process, is left to others for as long as the batch took.
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
        // Goes on where the last batch ended: PostgreSQL would step over every row deleted since its last vacuum.
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
        // Asked again: a request may have extended the session since it was read.
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

/** Those of the rows that are not there any more: a request may have extended some. */
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
