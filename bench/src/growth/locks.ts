import { setTimeout as sleep } from 'node:timers/promises';
import { DataSource } from 'typeorm';
import type { Host } from './host.js';

/** Milliseconds between two looks. */
const INTERVAL = 5;

/** Who waited for a lock while somebody watched. */
export interface LockWaits {
  waits: number;
  /** Milliseconds, at the most. */
  longest: number;
  /** The statements that waited, where the database tells. */
  statements: string[];
  /** Milliseconds between two looks, at the most: where looks are all there is, no longer wait was missed. */
  longestGap: number;
}

/** What was seen in several stretches. */
export function together(stretches: readonly LockWaits[]): LockWaits {
  return {
    waits: stretches.reduce((sum, { waits }) => sum + waits, 0),
    longest: Math.max(...stretches.map(({ longest }) => longest)),
    statements: [...new Set(stretches.flatMap(({ statements }) => statements))],
    longestGap: Math.max(...stretches.map(({ longestGap }) => longestGap)),
  };
}

interface Watch {
  look(dataSource: DataSource): Promise<void>;
  result(): Omit<LockWaits, 'longestGap'>;
}

/** Watches for waits on locks, on a connection of its own, while `work` runs; `null` where all share one connection. */
export async function watchLocks(
  { engine, connection }: Host,
  work: () => Promise<unknown>,
): Promise<LockWaits | null> {
  if (engine.database.name === 'SQLite') {
    await work();
    return null;
  }
  const watch: Watch = engine.database.name === 'PostgreSQL' ? new PostgresWatch() : new MariadbWatch();
  const dataSource = await new DataSource({ ...connection, entities: [] }).initialize();
  try {
    const state = { isOver: false, longestGap: 0 };
    const working = work().finally(() => (state.isOver = true));
    const looking = async (): Promise<void> => {
      while (!state.isOver) {
        const start = performance.now();
        await watch.look(dataSource);
        await sleep(INTERVAL);
        state.longestGap = Math.max(state.longestGap, performance.now() - start);
      }
    };
    await Promise.all([working, looking()]);
    return { ...watch.result(), longestGap: state.longestGap };
  } finally {
    await dataSource.destroy();
  }
}

interface Waiting {
  pid: number;
  since: string;
  waited: string;
  query: string;
}

/** Sees each backend that waits, and since when. */
class PostgresWatch implements Watch {
  private readonly waits = new Map<string, { waited: number; statement: string }>();

  async look(dataSource: DataSource): Promise<void> {
    const waiting = await dataSource.query<Waiting[]>(
      `SELECT activity.pid, COALESCE(waitstart, state_change)::text AS since, query,
         EXTRACT(EPOCH FROM clock_timestamp() - COALESCE(waitstart, state_change)) * 1000 AS waited
       FROM pg_stat_activity AS activity LEFT JOIN pg_locks ON pg_locks.pid = activity.pid AND NOT granted
       WHERE wait_event_type = 'Lock' AND datname = current_database()`,
    );
    for (const { pid, since, waited, query } of waiting)
      this.waits.set(`${pid} ${since}`, { waited: Number(waited), statement: query.slice(0, 60) });
  }

  result(): Omit<LockWaits, 'longestGap'> {
    const waits = [...this.waits.values()];
    return {
      waits: waits.length,
      longest: Math.max(0, ...waits.map(({ waited }) => waited)),
      statements: [...new Set(waits.map(({ statement }) => statement))],
    };
  }
}

interface Status {
  Variable_name: string;
  Value: string;
}

/** Reads the server's own count of waits and of the milliseconds they took: nobody else may use it meanwhile. */
class MariadbWatch implements Watch {
  private first: Counts | undefined;
  private last: Counts = { waits: 0, time: 0 };
  private longest = 0;

  async look(dataSource: DataSource): Promise<void> {
    const rows = await dataSource.query<Status[]>(
      `SHOW GLOBAL STATUS WHERE Variable_name IN ('Innodb_row_lock_waits', 'Innodb_row_lock_time')`,
    );
    const value = (name: string): number =>
      Number(rows.find(({ Variable_name }) => Variable_name === name)?.Value);
    const now = { waits: value('Innodb_row_lock_waits'), time: value('Innodb_row_lock_time') };
    if (this.first) this.longest = Math.max(this.longest, now.time - this.last.time);
    this.first ??= now;
    this.last = now;
  }

  result(): Omit<LockWaits, 'longestGap'> {
    return { waits: this.last.waits - (this.first?.waits ?? 0), longest: this.longest, statements: [] };
  }
}

interface Counts {
  waits: number;
  time: number;
}
