import { setTimeout } from 'node:timers/promises';
import autocannon from 'autocannon';
import { progress } from './progress.js';
import type { ServerProcess } from './server-process.js';
import type { Usage } from './servers/serve.js';

/** What a server did under load, and what that cost. */
export interface Load {
  perSecond: number;
  cpuMicrosecondsPerRequest: number;
  /** Share of one core that the server's process used; about 1 = it was the bottleneck. */
  serverCore: number;
}

/** How much: for some seconds, or that many requests. */
type Extent = { seconds: number } | { requests: number };

/** How often a round that measured nothing is repeated. */
const REPEATS = 3;

/**
 * Has as many connections as given ask for `path`, each with its share of the cookies, one after the other. A round in which a
 * busy machine lets no request through is repeated: every ratio to it would be infinite.
 *
 * @throws Error when a request fails, or none gets through however often it is repeated
 */
export async function load(
  server: ServerProcess,
  path: string,
  cookies: readonly string[],
  connections: number,
  extent: Extent,
): Promise<Load> {
  for (let attempt = 0; attempt <= REPEATS; attempt++) {
    const measured = await round(server, path, cookies, connections, extent);
    if (measured) return measured;
    progress(`no request got through to ${path}: once more`);
  }
  throw new Error(`No request got through to ${server.url}${path}.`);
}

/** `undefined` when no request got through. */
async function round(
  server: ServerProcess,
  path: string,
  cookies: readonly string[],
  connections: number,
  extent: Extent,
): Promise<Load | undefined> {
  let client = 0;
  await server.ask('begin');
  const result = await autocannon({
    url: server.url,
    connections,
    sampleInt: 50,
    ...('seconds' in extent ? { duration: extent.seconds } : { amount: extent.requests }),
    setupClient: (connection) => connection.setRequests(shareOf(cookies, client++, connections, path)),
  });
  const { cpuMs, wallMs } = await server.ask<Usage>('end');
  const failures = result.non2xx + result.errors + result.timeouts;
  if (failures > 0) throw new Error(`${failures} requests for ${server.url}${path} failed.`);
  // What was under way when the time was over is not left to the next measurement.
  await setTimeout(50);
  const answered = result['2xx'];
  if (answered === 0 || cpuMs === 0) return undefined;
  return {
    perSecond: answered / result.duration,
    cpuMicrosecondsPerRequest: (cpuMs * 1000) / answered,
    serverCore: cpuMs / wallMs,
  };
}

function shareOf(
  cookies: readonly string[],
  client: number,
  clients: number,
  path: string,
): autocannon.Request[] {
  return cookies
    .filter((_, index) => index % clients === client)
    .map((cookie) => ({ method: 'GET', path, headers: { cookie } }));
}
