import { withApplication } from './application.js';
import { type Database, databases, leftOut } from './databases.js';
import { load } from './load.js';
import { progress } from './progress.js';
import type { Section } from './section.js';
import type { Asked } from './servers/asked.js';
import { rotated, spreadOf, written } from './statistics.js';

const CONNECTIONS = [10, 50, 200] as const;
const ROUNDS = 5;
const SESSIONS = 500;
const REQUESTS = 10_000;

/** What the requests of one round asked of the database. */
interface Round {
  connections: number;
  requestsPerStatement: number;
  /** Microseconds a request that the database's processes computed; `null` where nobody can tell. */
  databaseCpu: number | null;
}

/** How many signed-in requests share a statement, and what is left of each for the database to do. */
export async function sharing(): Promise<Section> {
  const measured: { database: Database; rounds: Round[] }[] = [];
  for (const database of databases) measured.push({ database, rounds: await measure(database) });
  return {
    title: 'Requests that share a statement',
    notes: [
      `Signed-in requests for each statement that is sent to the database, by the number of connections to the server: ${ROUNDS} rounds of ` +
        `${REQUESTS.toLocaleString('en')} requests of ${SESSIONS} people.`,
      '“µs of the database” is the CPU time of the database’s own processes per request; only PostgreSQL reports it.',
      ...leftOut,
    ],
    columns: ['', 'Database', ...CONNECTIONS.map((connections) => `${connections} connections`)],
    rows: measured.flatMap(({ database, rounds }) => {
      const cells = (of: (round: Round) => number | null, digits: number): string[] =>
        CONNECTIONS.map((connections) => {
          const sample = rounds.filter((round) => round.connections === connections).map(of);
          const known = sample.filter((one) => one !== null);
          return known.length > 0 ? written(spreadOf(known), digits) : '';
        });
      const cpu = cells(({ databaseCpu }) => databaseCpu, 0);
      return [
        ['requests a statement', database.name, ...cells((round) => round.requestsPerStatement, 1)],
        ...(cpu.some((cell) => cell !== '') ? [['µs of the database a request', database.name, ...cpu]] : []),
      ];
    }),
  };
}

function measure(database: Database): Promise<Round[]> {
  return withApplication(
    { server: 'ours', database, configuration: { counting: true } },
    async ({ server }) => {
      const cookies = await server.ask<string[]>('seed', SESSIONS);
      const under = async (connections: number): Promise<Round> => {
        const before = await server.ask<Asked>('asked');
        await load(server, '/me', cookies, connections, { requests: REQUESTS });
        const after = await server.ask<Asked>('asked');
        return {
          connections,
          requestsPerStatement: REQUESTS / (after.statements - before.statements),
          databaseCpu:
            before.cpuMs === null || after.cpuMs === null
              ? null
              : ((after.cpuMs - before.cpuMs) * 1000) / REQUESTS,
        };
      };
      progress(`${database.name}: warming up`);
      for (const connections of CONNECTIONS) await under(connections);
      const rounds: Round[] = [];
      for (let round = 0; round < ROUNDS; round++) {
        progress(`${database.name}: round ${round + 1} of ${ROUNDS}`);
        for (const connections of rotated(CONNECTIONS, round)) rounds.push(await under(connections));
      }
      return rounds;
    },
  );
}
