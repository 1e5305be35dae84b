import type { AuthModuleOptions } from 'nestjs-session-auth';
import { type Candidate, withApplication } from './application.js';
import { leftOut, postgres, sqlite } from './databases.js';
import { load } from './load.js';
import { logIn } from './logins.js';
import { progress } from './progress.js';
import type { Section } from './section.js';
import type { ServerProcess } from './server-process.js';
import type { Memory } from './servers/serve.js';
import { spreadOf, written } from './statistics.js';

const ROUNDS = 5;
/** What the figures are given for. */
const MANY = 100_000;
const SESSIONS_A_ROUND = MANY / ROUNDS;
const NAMES_A_ROUND = 2000;

const candidate: Candidate = { server: 'ours', database: postgres ?? sqlite, execArgv: ['--expose-gc'] };

interface Growth {
  /** Bytes that one thing more left behind, by round. */
  heap: number[];
  /** Bytes that the system has given to the process by the end of all rounds. */
  resident: number;
}

/** What stays in the memory of the server's process. */
export async function memory(): Promise<Section> {
  const sessions = await ofSessions();
  const keys = await ofLimiterKeys();
  return {
    title: 'Memory',
    notes: [
      'How much the process of the server has grown: its heap after garbage collection, per round, and its resident memory at the end, which varies with the garbage.',
      `Sessions: ${MANY.toLocaleString('en')} live ones in ${candidate.database.name}, each used once over HTTP, in ${ROUNDS} rounds. ` +
        `Account names: ${(NAMES_A_ROUND * ROUNDS).toLocaleString('en')} failed logins of as many unknown names, scaled up, with hashes of 2⁴ rounds; ` +
        'the default throttle store keeps one key for each in memory for twelve hours. The speed of the hashes limits how many attackers can create; a shared store keeps them elsewhere.',
      ...leftOut,
    ],
    columns: ['', 'Heap, bytes each', `Heap, MB per ${MANY.toLocaleString('en')}`, 'Resident, MB in all'],
    rows: [
      ['sessions that are used', ...cells(sessions)],
      ['account names that logins fail with', ...cells(keys)],
    ],
  };
}

function ofSessions(): Promise<Growth> {
  return withApplication(candidate, async ({ server }) => {
    progress(`${MANY} sessions`);
    const cookies = await server.ask<string[]>('seed', MANY);
    await load(server, '/me', cookies.slice(0, 500), 50, { requests: SESSIONS_A_ROUND });
    return growth(server, SESSIONS_A_ROUND, async (from, to) => {
      await load(server, '/me', cookies.slice(from, to), 50, { requests: to - from });
    });
  });
}

function ofLimiterKeys(): Promise<Growth> {
  const options: AuthModuleOptions = {
    password: { bcryptRounds: 4 },
    // All come from one address, so that there is one key for each name and no more.
    throttle: { loginsPerAddress: { attempts: 1e9, window: '1m' } },
  };
  const cheap = { ...candidate, configuration: { options }, env: { NODE_ENV: 'test' } };
  return withApplication(cheap, async ({ server }) => {
    const fail = async (from: number, to: number): Promise<void> => {
      const usernames = Array.from({ length: to - from }, (_, index) => `nobody-${from + index}`);
      await logIn({ url: server.url, usernames, concurrency: 20, address: '192.0.2.1' }, 401);
    };
    progress('failing logins');
    await fail(-NAMES_A_ROUND, 0);
    return growth(server, NAMES_A_ROUND, fail);
  });
}

async function growth(
  server: ServerProcess,
  aRound: number,
  use: (from: number, to: number) => Promise<void>,
): Promise<Growth> {
  const readings = [await server.ask<Memory>('memory')];
  for (let round = 0; round < ROUNDS; round++) {
    progress(`round ${round + 1} of ${ROUNDS}`);
    await use(round * aRound, (round + 1) * aRound);
    readings.push(await server.ask<Memory>('memory'));
  }
  const difference = (kind: keyof Memory, to: number, from: number): number =>
    (readings[to]?.[kind] ?? NaN) - (readings[from]?.[kind] ?? NaN);
  return {
    heap: Array.from({ length: ROUNDS }, (_, round) => difference('heap', round + 1, round) / aRound),
    resident: difference('resident', ROUNDS, 0),
  };
}

function cells({ heap, resident }: Growth): string[] {
  const megabytes = heap.map((bytes) => (bytes * MANY) / 2 ** 20);
  return [written(spreadOf(heap), 0), written(spreadOf(megabytes), 1), (resident / 2 ** 20).toFixed(1)];
}
