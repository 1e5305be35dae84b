import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { itRunsOnEveryServer, servers } from '../support/servers.js';
import { Client } from './client.js';
import { Cluster } from './cluster.js';
import { endings, logInAdmin, Victim, type Ending } from './endings.js';
import { judged, tried, USES_BEFORE, type Verdict } from './trial.js';

const AT_ONCE = 5;

/** How many sessions are ended, with so many processes at work. */
const trials: Record<string, [processes: number, trials: number][]> = {
  PostgreSQL: [
    [1, 1000],
    [4, 1000],
  ],
  MariaDB: [[1, 80]],
};

itRunsOnEveryServer();

describe.each(servers)('on $name', (database) => {
  const sizes = trials[database.name] ?? [];
  let cluster: Cluster;

  beforeAll(async () => {
    const size = Math.max(...sizes.map(([processes]) => processes));
    cluster = await Cluster.start({ size, database, throttle: false });
  });
  afterAll(() => cluster?.close());

  describe.each(sizes)('%i at work: a session in use 200 times a second', (processes, count) => {
    const wanted = Math.ceil(count / endings.length);
    let victims: Victim[];

    beforeAll(async () => {
      const client = new Client(cluster.urls.slice(0, processes));
      const admin = await logInAdmin(client);
      victims = await Promise.all(Array.from({ length: AT_ONCE }, () => Victim.of(client, admin)));
    });

    it.each(endings.map((ending): [string, Ending] => [ending.name, ending]))(
      `lets nobody in, ${wanted} times, who comes after it was ended by %s`,
      async (name, ending) => {
        const verdicts: Verdict[] = [];
        let begun = 0;
        async function work(victim: Victim): Promise<void> {
          for (; begun < wanted;) {
            begun += 1;
            verdicts.push(await verdictOn(victim, ending));
          }
        }
        await Promise.all(victims.map((victim) => work(victim)));

        // A fault that is seen once is mostly seen a thousand times.
        expect(verdicts.flatMap(({ faults }) => faults).slice(0, 10), name).toEqual([]);
        expect(verdicts).toHaveLength(wanted);
        expect(Math.min(...verdicts.map(({ before }) => before))).toBeGreaterThanOrEqual(USES_BEFORE);
        expect(Math.min(...verdicts.map(({ after }) => after))).toBeGreaterThanOrEqual(processes);
      },
      120_000,
    );
  });
});

async function verdictOn(victim: Victim, { prepare, undo }: Ending): Promise<Verdict> {
  const token = await victim.logIn();
  const end = await prepare(victim, token);
  const verdict = judged(await tried(victim.client.urls, token, end));
  await undo?.(victim);
  return verdict;
}
