import { leftOut, POOL_SIZE, postgres } from './databases.js';
import { candidates, type Guard, GuardedApplication, OURS } from './guards.js';
import { type Load, load } from './load.js';
import { progress } from './progress.js';
import type { Section } from './section.js';
import { rotated, type Spread, spreadOf, written } from './statistics.js';

const CONNECTIONS = [10, 50, 200] as const;
/** The level of the columns that name none. */
const USUAL = 50;
const ROUNDS = 5;
// Many short measurements in pairs: a shared machine is now faster, now slower, for seconds at a time.
const PAIRS = { 10: 4, 50: 8, 200: 2 } as const;
const SECONDS = 0.4;
const SESSIONS = 500;
/** Under this the server waited for a core, or for its load. */
const BOTTLENECK = 0.9;

/** One measurement of a guarded route, and the one of the open route of the same application just before it. */
interface Sample {
  app: GuardedApplication;
  guard: Guard;
  connections: number;
  round: number;
  open: Load;
  guarded: Load;
}

/** What is said of one guard. */
interface Row {
  guard: string;
  database: string;
  requests: Record<number, Spread>;
  cpu: Spread;
  serverCore: Spread;
  /** How many times the share of ours on PostgreSQL is this one; `null` where it is the same, or left out. */
  behindOurs: Spread | null;
  outlivesRevocation: boolean;
}

/** How much of the speed of a route is left behind a guard. */
export async function signedIn(): Promise<Section> {
  const apps: GuardedApplication[] = [];
  try {
    for (const candidate of candidates) {
      progress(`starting ${candidate.guards[0]?.name} on ${candidate.database.name}`);
      apps.push(await GuardedApplication.start(candidate, SESSIONS));
    }
    await warmUp(apps);
    const samples = await measure(apps);
    const rows: Row[] = [];
    for (const app of apps) {
      for (const guard of app.guards) rows.push(await rowOf(app, guard, samples));
    }
    return table(rows, samples);
  } finally {
    await Promise.all(apps.map(({ application }) => application.stop()));
  }
}

async function warmUp(apps: GuardedApplication[]): Promise<void> {
  progress('warming up');
  for (const { application, cookies, guards } of apps) {
    for (const path of ['/open', ...guards.map((guard) => guard.path)]) {
      for (const connections of CONNECTIONS) {
        await load(application.server, path, cookies, connections, { seconds: 1.5 });
      }
    }
  }
}

async function measure(apps: GuardedApplication[]): Promise<Sample[]> {
  const samples: Sample[] = [];
  for (const connections of CONNECTIONS) {
    for (let round = 0; round < ROUNDS; round++) {
      progress(`${connections} connections, round ${round + 1} of ${ROUNDS}`);
      for (const app of rotated(apps, round)) {
        const { server } = app.application;
        const under = (path: string): Promise<Load> =>
          load(server, path, app.cookies, connections, { seconds: SECONDS });
        // While the others had their turns, its pool has closed the connections, and its code has left the caches.
        for (const path of ['/open', ...app.guards.map((guard) => guard.path)]) await under(path);
        for (let pair = 0; pair < PAIRS[connections]; pair++) {
          const open = await under('/open');
          for (const guard of rotated(app.guards, pair)) {
            samples.push({ app, guard, connections, round, open, guarded: await under(guard.path) });
          }
        }
      }
    }
  }
  return samples;
}

async function rowOf(app: GuardedApplication, guard: Guard, samples: Sample[]): Promise<Row> {
  const own = samples.filter((sample) => sample.app === app && sample.guard === guard);
  const at = (connections: number): Sample[] => own.filter((sample) => sample.connections === connections);
  const reference = samples.filter(
    (sample) => sample.guard === OURS && sample.app.database === postgres && sample.connections === USUAL,
  );
  const isReference = guard === OURS && app.database === postgres;
  const behind = (isReference ? [] : at(USUAL)).flatMap((sample) =>
    reference.filter(({ round }) => round === sample.round).map((one) => share(one) / share(sample)),
  );
  return {
    guard: guard.name,
    database: app.database.name,
    requests: Object.fromEntries(
      CONNECTIONS.map((connections) => [connections, spreadOf(at(connections).map(share))]),
    ),
    cpu: spreadOf(
      at(USUAL).map(
        ({ open, guarded }) => guarded.cpuMicrosecondsPerRequest / open.cpuMicrosecondsPerRequest,
      ),
    ),
    serverCore: spreadOf(at(USUAL).map(({ guarded }) => guarded.serverCore)),
    behindOurs: behind.length > 0 ? spreadOf(behind) : null,
    outlivesRevocation: await app.outlivesRevocation(guard),
  };
}

/** Against the same process: how well V8 has compiled it is luck that others need not have. */
function share({ open, guarded }: Sample): number {
  return guarded.perSecond / open.perSecond;
}

function table(rows: Row[], samples: Sample[]): Section {
  const busyOpen = spreadOf(
    samples.filter(({ connections }) => connections === USUAL).map(({ open }) => open.serverCore),
  );
  return {
    title: 'A signed-in request',
    notes: [
      'Requests per second, as a share of what the same route achieves without a guard in the same application.',
      `${SESSIONS} users are signed in, and each request comes from the next one. Every pool has ${POOL_SIZE} connections. ` +
        `CPU, core and how much faster ours is, share against share, are at ${USUAL} connections; ` +
        '“CPU” is the time of the server’s process per request, against the route without a guard. ' +
        `“Core” is the share of one core that the server uses: near 1.00 it is what limits the requests; without a guard ${written(busyOpen)}.`,
      'express-session costs three statements per request: it reads the session and touches it, and Passport reads the user. ' +
        'Better Auth joins session and user (`advanced.database.joins`); its cookie cache is valid for an hour here, by default for five minutes.',
      ...(busyOpen.median < BOTTLENECK
        ? ['**The server did not have a core to itself: repeat this on a machine that does nothing else.**']
        : []),
      ...leftOut,
    ],
    columns: [
      'Guard',
      'Database',
      ...CONNECTIONS.map((connections) => `${connections} connections`),
      'CPU',
      'Core',
      'Ours on PostgreSQL is faster by',
      'A revoked session',
    ],
    rows: [
      ['none', '', ...CONNECTIONS.map(() => '1.00'), '1.00', written(busyOpen), '', ''],
      ...rows.map((row) => [
        row.guard,
        row.database,
        ...CONNECTIONS.map((connections) => {
          const spread = row.requests[connections];
          return spread ? written(spread) : '';
        }),
        written(row.cpu),
        written(row.serverCore),
        row.behindOurs ? `× ${written(row.behindOurs, 1)}` : '',
        row.outlivesRevocation ? 'lives on' : 'is dead at once',
      ]),
    ],
  };
}
