import { readFile } from 'node:fs/promises';
import type { DataSource } from 'typeorm';
import type { Statements } from '../statements.js';

/** What a server has asked of its database so far. */
export interface Asked {
  statements: number;
  /** What the database's own processes have computed for it; `null` where nobody can tell. */
  cpuMs: number | null;
}

/** Clock ticks of `/proc` a second (`getconf CLK_TCK`). */
const TICKS = 100;

export async function asked(dataSource: DataSource, statements: Statements): Promise<Asked> {
  const { sent } = statements;
  return { statements: sent, cpuMs: dataSource.options.type === 'postgres' ? await cpuMs(dataSource) : null };
}

async function cpuMs(dataSource: DataSource): Promise<number | null> {
  const backends = await dataSource.query<{ pid: number }[]>(
    'SELECT pid FROM pg_stat_activity WHERE datname = current_database()',
  );
  try {
    const times = await Promise.all(backends.map(({ pid }) => cpuMsOf(pid)));
    return times.reduce((sum, one) => sum + one, 0);
  } catch {
    // The database is on another machine, or this is no Linux.
    return null;
  }
}

/** proc_pid_stat(5): after the name in parentheses, user time and system time are fields 14 and 15. */
async function cpuMsOf(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return ((Number(fields[11]) + Number(fields[12])) * 1000) / TICKS;
}
