import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sqlite } from './databases.js';
import { progress } from './progress.js';
import type { Section } from './section.js';
import { ServerProcess, SERVERS } from './server-process.js';
import { spreadOf, written } from './statistics.js';

const ROUNDS = 9;

/** What the tests of the package make a host with. */
interface Tarball {
  /** Its packages but for the optional ones. */
  needed: string[];
  withHost(packages: string[], work: (host: string) => Promise<void>): Promise<void>;
}

const tarball = new URL('../../test/package/tarball.mjs', import.meta.url).href;
const { needed, withHost } = (await import(tarball)) as Tarball;

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
      'From the start of the process until it listens: an application with Nest, TypeORM, SQLite and one route, and the same with `AuthModule` from the published package. The migrations have already run.',
    ],
    columns: ['', 'Time', 'Adds, ms'],
    rows: [
      ['without the module', '1.00', ''],
      ['with it', written(ratio), written(added, 0)],
    ],
  };
}

/** In a host that has the package as it is published, and no package that it can do without. */
async function measure(): Promise<Round[]> {
  const rounds: Round[] = [];
  const fresh = await sqlite.create();
  try {
    await withHost(needed, async (host) => {
      const folder = join(host, 'servers');
      cpSync(SERVERS, folder, { recursive: true });
      writeFileSync(join(host, 'package.json'), JSON.stringify({ type: 'module' }));
      const start = async (withModule: boolean): Promise<number> => {
        const configuration = { connection: fresh.connection, withModule };
        const server = await ServerProcess.start('start-up', configuration, { folder });
        await server.stop();
        return server.startedIn;
      };
      // Runs the migrations, and brings the files into the cache of the system.
      await start(true);
      for (let round = 0; round < ROUNDS; round++) {
        progress(`round ${round + 1} of ${ROUNDS}`);
        rounds.push({ bare: await start(false), withModule: await start(true) });
      }
    });
  } finally {
    await fresh.drop();
  }
  return rounds;
}
