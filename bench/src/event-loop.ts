import { withApplication } from './application.js';
import { leftOut, postgres, sqlite } from './databases.js';
import { logIn } from './logins.js';
import { progress } from './progress.js';
import type { Section } from './section.js';
import type { ServerProcess } from './server-process.js';
import { type Spread, spreadOf, written } from './statistics.js';

const ROUNDS = 5;
const AT_ONCE = 50;

/** Milliseconds: the 99th percentile of what the event loop is late by. */
interface Round {
  compare: number;
  login: number;
}

/** Whether others are still served while many log in. */
export async function eventLoop(): Promise<Section> {
  const database = postgres ?? sqlite;
  const rounds = await withApplication({ server: 'ours', database }, async ({ server }) => {
    const usernames = await server.ask<string[]>('users', AT_ONCE);
    // Also makes the hash that is compared.
    await server.ask('compare', { times: 4, concurrency: 4 });
    await logIn({ url: server.url, usernames: usernames.slice(0, 4), concurrency: 4 }, 200);
    return measure(server, usernames);
  });
  const of = (kind: keyof Round): Spread => spreadOf(rounds.map((round) => round[kind]));
  const ratio = spreadOf(rounds.map(({ compare, login }) => login / compare));
  return {
    title: 'The event loop while many log in',
    notes: [
      `How late the event loop of the server runs while ${AT_ONCE} people log in at once (99th percentile, measured by a timer of 1 ms).`,
      'bcrypt runs in four libuv threads next to the event loop, which they slow down if there are fewer cores: that is the first row. ' +
        `${AT_ONCE} logins at once are all accepted; a login that comes while four are hashing and 64 are waiting is refused with 503, so that the wait stays bounded.`,
      ...leftOut,
    ],
    columns: ['', 'Database', 'Late by, ms', 'Against `bcrypt.compare`'],
    rows: [
      [`${AT_ONCE} × \`bcrypt.compare\``, '', written(of('compare'), 1), '1.00'],
      [`${AT_ONCE} × \`POST /login\``, database.name, written(of('login'), 1), written(ratio)],
    ],
  };
}

async function measure(server: ServerProcess, usernames: string[]): Promise<Round[]> {
  const rounds: Round[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    progress(`round ${round + 1} of ${ROUNDS}`);
    const compare = await lateness(server, () =>
      server.ask('compare', { times: AT_ONCE, concurrency: AT_ONCE }),
    );
    const login = await lateness(server, () =>
      logIn({ url: server.url, usernames, concurrency: AT_ONCE }, 200),
    );
    rounds.push({ compare, login });
  }
  return rounds;
}

async function lateness(server: ServerProcess, work: () => Promise<unknown>): Promise<number> {
  await server.ask('watchDelay');
  await work();
  return server.ask<number>('delay');
}
