import { sqlite } from './databases.js';
import { progress } from './progress.js';
import type { Section } from './section.js';
import { ServerProcess } from './server-process.js';
import { spreadOf, written } from './statistics.js';

const ROUNDS = 7;

/** Milliseconds from the start of the process until it listens. */
interface Round {
  bare: number;
  withModule: number;
}

/** What the module adds to the start of an application. */
export async function startUp(): Promise<Section> {
  const rounds = await measure();
  const ratio = spreadOf(rounds.map(({ bare, withModule }) => withModule / bare));
  const added = spreadOf(rounds.map(({ bare, withModule }) => withModule - bare));
  return {
    title: 'Start-up',
    notes: [
      'From the start of the process until it listens: an application of Nest, TypeORM and SQLite with one route, and the same with `AuthModule`. ' +
        'The migrations have run before.',
    ],
    columns: ['', 'Time', 'Adds, ms'],
    rows: [
      ['without the module', '1.00', ''],
      ['with it', written(ratio), written(added, 0)],
    ],
    data: { rounds },
  };
}

async function measure(): Promise<Round[]> {
  const fresh = await sqlite.create();
  const start = async (withModule: boolean): Promise<number> => {
    const server = await ServerProcess.start('start-up', { connection: fresh.connection, withModule });
    await server.stop();
    return server.startedIn;
  };
  try {
    // Runs the migrations, and brings the files into the cache of the system.
    await start(true);
    const rounds: Round[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      progress(`round ${round + 1} of ${ROUNDS}`);
      rounds.push({ bare: await start(false), withModule: await start(true) });
    }
    return rounds;
  } finally {
    await fresh.drop();
  }
}
