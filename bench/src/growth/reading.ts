import { randomInt } from 'node:crypto';
import { progress } from '../progress.js';
import { median, quantile, timed } from './figures.js';
import type { Host } from './host.js';
import { tokenOf, userIdOf } from './rows.js';

export const ROUNDS = 9;
export const LOOKUPS = 300;
export const BATCHES = 20;
export const BATCH = 50;
export const LISTS = 100;

/** Milliseconds, of all rounds together; and the median of the rounds' ratios to the smallest table's. */
export interface Timing {
  median: number;
  p99: number;
  ratio: number;
}

/** How long reads take at one size of the tables. */
export interface Reading {
  size: number;
  one: Timing;
  /** Until the last of those who asked at once has its answer. */
  batch: Timing;
  list: Timing;
  memory: Memory;
}

export interface Memory {
  /** Of both tables with their indexes. */
  bytes: number;
  /** Of the database's own cache. */
  cache: number;
  /** Where what is not in it comes from. */
  beyond: string;
}

interface Samples {
  one: number[];
  batch: number[];
  list: number[];
}

/** Reads from all sizes in turns, so that whatever else the machine does meets them alike. */
export async function read(hosts: readonly Host[]): Promise<Reading[]> {
  const rounds: Samples[][] = hosts.map(() => []);
  // The first round only warms up.
  for (let round = 0; round <= ROUNDS; round++) {
    for (const [index, host] of hosts.entries()) {
      const samples = await readOnce(host);
      if (round > 0) rounds[index]?.push(samples);
    }
  }
  const [smallest = []] = rounds;
  const readings: Reading[] = [];
  for (const [index, host] of hosts.entries()) {
    const own = rounds[index] ?? [];
    const timing = (kind: keyof Samples): Timing => ({
      median: median(own.flatMap((samples) => samples[kind])),
      p99: quantile(
        own.flatMap((samples) => samples[kind]),
        0.99,
      ),
      ratio: median(
        own.map((samples, round) => median(samples[kind]) / median(smallest[round]?.[kind] ?? [])),
      ),
    });
    const timings = { one: timing('one'), batch: timing('batch'), list: timing('list') };
    readings.push({ size: host.size, ...timings, memory: await memoryOf(host) });
  }
  progress(`${hosts[0]?.engine.database.name}: lookups and lists are measured`);
  return readings;
}

async function readOnce(host: Host): Promise<Samples> {
  return {
    one: await repeated(LOOKUPS, () => lookUp(host)),
    batch: await repeated(BATCHES, () => Promise.all(Array.from({ length: BATCH }, () => lookUp(host)))),
    list: await repeated(LISTS, () => list(host)),
  };
}

async function repeated(times: number, work: () => Promise<unknown>): Promise<number[]> {
  const sample: number[] = [];
  for (let time = 0; time < times; time++) sample.push(await timed(work));
  return sample;
}

async function lookUp({ sessions, size }: Host): Promise<void> {
  const n = randomInt(size);
  const session = await sessions.find(tokenOf(n));
  if (!session) throw new Error(`Session ${n} of ${size} was not found.`);
}

async function list({ sessions, users }: Host): Promise<void> {
  const { length } = await sessions.list(userIdOf(randomInt(users)));
  if (length !== 10) throw new Error(`${length} sessions were listed instead of 10.`);
}

async function memoryOf({ dataSource, engine }: Host): Promise<Memory> {
  const [row] = await dataSource.query<{ bytes: string; cache: string; beyond: string }[]>(
    engine.dialect.memory,
  );
  return { bytes: Number(row?.bytes), cache: Number(row?.cache), beyond: row?.beyond ?? '' };
}
