import { LessThanOrEqual } from 'typeorm';
import { progress } from '../progress.js';
import type { Slow } from '../statements.js';
import { median, quantile, timed, written } from './figures.js';
import { Flood, type Times } from './flood.js';
import type { Host } from './host.js';
import { SsoSession } from './library.js';
import { type LockWaits, together, watchLocks } from './locks.js';

/** Milliseconds of the flood without a sweep, before and again after. */
export const QUIET = 10_000;

/** What a sweep deletes with: it names many ids, where a login or logout names a token. */
const DELETE = /^DELETE FROM .sso_session. WHERE .*\bIN \(/;

/** Milliseconds. */
export interface Latency {
  count: number;
  p50: number;
  p99: number;
  max: number;
}

export interface Phase {
  logins: Latency;
  logouts: Latency;
  /** `null` where all share one connection. */
  locks: LockWaits | null;
}

/** A million rows swept while people log in and out. */
export interface Sweeping {
  swept: number;
  seconds: number;
  /** Milliseconds that a statement of the sweep took: no lock of its is held for longer. */
  deletes: Latency;
  quiet: Phase;
  sweeping: Phase;
}

/** @param host half of whose sessions have expired */
export async function sweep(host: Host): Promise<Sweeping> {
  const { name } = host.engine.database;
  const flood = new Flood(host);
  await flood.last(QUIET / 5);
  const before = await watched(host, () => flood.last(QUIET));

  const expired = { where: { expiresAt: LessThanOrEqual(new Date()) } };
  let swept = 0;
  let seconds = 0;
  let statements: Slow[] = [];
  const during = await watched(host, async () => {
    const state = { isOver: false };
    const sweeping = async (): Promise<void> => {
      try {
        statements = await host.statements.slowDuring(async () => {
          seconds = (await timed(async () => (swept = await host.sessions.sweep()))) / 1000;
        });
      } finally {
        state.isOver = true;
      }
    };
    const [times] = await Promise.all([flood.until(() => state.isOver), sweeping()]);
    return times;
  });
  progress(`${name}: swept ${swept} sessions in ${written(seconds)} s`);

  const after = await watched(host, () => flood.last(QUIET));
  const left = await host.dataSource.manager.count(SsoSession, expired);
  if (left > 0) throw new Error(`${left} expired sessions were not swept.`);
  return {
    swept,
    seconds,
    deletes: latency(statements.filter(({ text }) => DELETE.test(text)).map(({ time }) => time)),
    quiet: phase([before, after]),
    sweeping: phase([during]),
  };
}

interface Watched {
  times: Times;
  locks: LockWaits | null;
}

async function watched(host: Host, work: () => Promise<Times>): Promise<Watched> {
  let times: Times = { logins: [], logouts: [] };
  const locks = await watchLocks(host, async () => (times = await work()));
  return { times, locks };
}

function phase(parts: Watched[]): Phase {
  const waits = parts.flatMap(({ locks }) => locks ?? []);
  return {
    logins: latency(parts.flatMap(({ times }) => times.logins)),
    logouts: latency(parts.flatMap(({ times }) => times.logouts)),
    locks: waits.length > 0 ? together(waits) : null,
  };
}

function latency(sample: number[]): Latency {
  return {
    count: sample.length,
    p50: median(sample),
    p99: quantile(sample, 0.99),
    max: Math.max(...sample),
  };
}
