import { progress } from '../progress.js';
import { median, timed } from './figures.js';
import type { Host } from './host.js';
import { SsoUserService } from './library.js';
import { insertSessions, userIdOf } from './rows.js';

export const ROUNDS = 5;

/** Sessions of the one user who has so many. */
export const MANY = 10_000;

/** How long it takes to end all of one user's sessions at one size of the table; milliseconds. */
export interface Ending {
  size: number;
  median: number;
  slowest: number;
  /** To list them all, before. */
  list: number;
  /** All that were sent from the start of the transaction to its end. */
  statements: string[];
}

/** Ends the 10,000 sessions of a user, in all sizes by turns. */
export async function end(hosts: readonly Host[]): Promise<Ending[]> {
  const rounds: EndedOnce[][] = hosts.map(() => []);
  for (let round = 0; round < ROUNDS; round++) {
    for (const [index, host] of hosts.entries()) rounds[index]?.push(await endOnce(host));
  }
  progress(`${hosts[0]?.engine.database.name}: endings are measured`);
  return hosts.map(({ size }, index) => {
    const own = rounds[index] ?? [];
    const times = own.map(({ time }) => time);
    return {
      size,
      median: median(times),
      slowest: Math.max(...times),
      list: median(own.map(({ list }) => list)),
      statements: own[0]?.statements ?? [],
    };
  });
}

interface EndedOnce {
  time: number;
  list: number;
  statements: string[];
}

async function endOnce(host: Host): Promise<EndedOnce> {
  const { engine, dataSource, service, sessions, statements, size, users } = host;
  const userId = userIdOf(users);
  const rows = { from: size, to: size + MANY, user: String(users) };
  await dataSource.query(insertSessions(engine.dialect, rows));
  const list = await timed(() => sessions.list(userId));
  let ended = 0;
  let time = 0;
  const sent = await statements.during(async () => {
    time = await timed(async () => {
      ended = await service.revokeAllSessions(userId, SsoUserService.system('bench'));
    });
  });
  const named = sent.filter((text) => text.includes('sso_session'));
  if (ended !== MANY || named.length !== 1)
    throw new Error(`${ended} sessions were ended by ${named.length} statements: ${named.join('; ')}`);
  return { time, list, statements: sent };
}
