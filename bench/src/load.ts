import { setTimeout } from 'node:timers/promises';
import autocannon from 'autocannon';
import type { ServerProcess } from './server-process.js';
import type { Usage } from './servers/serve.js';

/** What a server did under load, and what that cost. */
export interface Load {
  perSecond: number;
  cpuMicrosecondsPerRequest: number;
  /** Share of one core that the server's process used; about 1 = it was the bottleneck. */
  serverCore: number;
  /** The same of this process, which makes the load. */
  generatorCore: number;
}

/** How much: for some seconds, or that many requests. */
type Extent = { seconds: number } | { requests: number };

/** Has as many connections as given ask for `path`, each with its share of the cookies, one after the other. */
export async function load(
  server: ServerProcess,
  path: string,
  cookies: readonly string[],
  connections: number,
  extent: Extent,
): Promise<Load> {
  let client = 0;
  const own = process.cpuUsage();
  await server.ask('begin');
  const result = await autocannon({
    url: server.url,
    connections,
    sampleInt: 50,
    ...('seconds' in extent ? { duration: extent.seconds } : { amount: extent.requests }),
    setupClient: (connection) => connection.setRequests(shareOf(cookies, client++, connections, path)),
  });
  const { cpuMs, wallMs } = await server.ask<Usage>('end');
  const { user, system } = process.cpuUsage(own);
  const failures = result.non2xx + result.errors + result.timeouts;
  if (failures > 0) throw new Error(`${failures} requests for ${server.url}${path} failed.`);
  // What was under way when the time was over is not left to the next measurement.
  await setTimeout(50);
  return {
    perSecond: result['2xx'] / result.duration,
    cpuMicrosecondsPerRequest: (cpuMs * 1000) / result['2xx'],
    serverCore: cpuMs / wallMs,
    generatorCore: (user + system) / 1000 / wallMs,
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
