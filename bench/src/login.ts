import { withApplication } from './application.js';
import { leftOut, postgres, sqlite } from './databases.js';
import { logIn } from './logins.js';
import { progress } from './progress.js';
import type { Section } from './section.js';
import type { ServerProcess } from './server-process.js';
import type { Usage } from './servers/serve.js';
import { spreadOf, written } from './statistics.js';

const ROUNDS = 9;
const LOGINS = 64;
/** Rounds that are not counted: V8 goes on compiling for hundreds of logins. */
const WARM_UP = 12;
const CONCURRENCY = 8;

/** What so many logins took in the server's process, and as many comparisons. */
interface Round {
  compare: Usage;
  login: Usage;
}

/** How near a login comes to the one hash that it cannot do without. */
export async function login(): Promise<Section> {
  const database = postgres ?? sqlite;
  const { rounds, hashRounds } = await withApplication({ server: 'ours', database }, async ({ server }) => {
    const usernames = await server.ask<string[]>('users', LOGINS);
    return { rounds: await measure(server, usernames), hashRounds: await server.ask<number>('rounds') };
  });
  const share = spreadOf(rounds.map((round) => round.compare.wallMs / round.login.wallMs));
  const cpu = spreadOf(rounds.map((round) => round.login.cpuMs / round.compare.cpuMs));
  return {
    title: 'A login',
    notes: [
      'Logins per second, as a share of how often the same process calls `bcrypt.compare` and does nothing else: ' +
        `${CONCURRENCY} at a time, ${LOGINS} users one after the other, hashes of 2^${hashRounds} rounds.`,
      'Everything has its default: throttling, audit row, a new session. Only the log is off. Each login comes from a different address, because throttling by address would end the benchmark.',
      ...leftOut,
    ],
    columns: ['', 'Database', 'Per second', 'CPU'],
    rows: [
      ['`bcrypt.compare`', '', '1.00', '1.00'],
      ['`POST /login`', database.name, written(share), written(cpu)],
    ],
  };
}

async function measure(server: ServerProcess, usernames: string[]): Promise<Round[]> {
  const compare = (): Promise<unknown> => server.ask('compare', { times: LOGINS, concurrency: CONCURRENCY });
  const enter = (): Promise<unknown> => logIn({ url: server.url, usernames, concurrency: CONCURRENCY }, 200);
  progress('warming up');
  await compare();
  for (let round = 0; round < WARM_UP; round++) await enter();
  const rounds: Round[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    progress(`round ${round + 1} of ${ROUNDS}`);
    rounds.push({ compare: await usage(server, compare), login: await usage(server, enter) });
  }
  return rounds;
}

async function usage(server: ServerProcess, work: () => Promise<unknown>): Promise<Usage> {
  await server.ask('begin');
  await work();
  return server.ask<Usage>('end');
}
