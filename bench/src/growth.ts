import { end } from './growth/ending.js';
import { type Engine, engines, SWEPT_TABLE } from './growth/engines.js';
import type { Grown } from './growth/grown.js';
import { type Host, startHost } from './growth/host.js';
import { drawLookups } from './growth/plot.js';
import { read } from './growth/reading.js';
import { sweep } from './growth/sweeping.js';
import { endingSection, listingSection, lookupSection, sweepingSection } from './growth/tables.js';
import { leftOut } from './databases.js';
import { progress } from './progress.js';
import type { Section } from './section.js';

/**
 * What becomes of lookups, lists, endings and the sweep as the table of sessions grows; also draws `docs/growth.svg`.
 * Takes about fifteen minutes and 6 GB of disk. `BENCH_GROWTH_ROWS=100000` makes a rehearsal of two minutes, with no target.
 */
export async function growth(): Promise<Section[]> {
  for (const sentence of leftOut) progress(sentence);
  const grown: Grown[] = [];
  for (const engine of engines) grown.push(await grow(engine));
  await drawLookups(grown);
  return [lookupSection(grown), listingSection(grown), endingSection(grown), sweepingSection(grown)];
}

async function grow(engine: Engine): Promise<Grown> {
  const hosts: Host[] = [];
  const closeAll = async (): Promise<void> => {
    const closing = await Promise.allSettled(hosts.splice(0).map((host) => host.close()));
    for (const one of closing) if (one.status === 'rejected') throw one.reason;
  };
  try {
    for (const size of engine.sizes) hosts.push(await startHost(engine, size));
    const readings = await read(hosts);
    const endings = await end(hosts);
    await closeAll();

    const swept = await startHost(engine, SWEPT_TABLE, true);
    hosts.push(swept);
    return { name: engine.database.name, readings, endings, sweeping: await sweep(swept) };
  } finally {
    await closeAll();
  }
}
