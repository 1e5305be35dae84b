import bcrypt from 'bcrypt';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { bcryptDigest, burnRest } from './bcrypt-digest.js';

const ROUNDS = 10;

/** The rounds that bcrypt does while `run` runs. */
async function roundsOf(run: () => Promise<unknown>): Promise<number> {
  const hash = vi.spyOn(bcrypt, 'hash');
  await run();
  return hash.mock.calls.reduce((sum, [, setting]) => sum + 2 ** Number(String(setting).slice(4, 6)), 0);
}

async function timeOf(run: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await run();
  return performance.now() - started;
}

describe('what is burnt after a hash of another kind', () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  it('is all of the configured work when the hash took no time', async () => {
    expect(await roundsOf(() => burnRest(0, ROUNDS))).toBe(2 ** ROUNDS);
  });

  it('is the measure alone when the hash took longer than the configured work', async () => {
    expect(await roundsOf(() => burnRest(60_000, ROUNDS))).toBe(2 ** (ROUNDS - 4));
  });

  it('is about half of it when the hash took half of the time', async () => {
    const shares: number[] = [];
    for (let round = 0; round < 5; round++) {
      const half = await timeOf(() => bcryptDigest('', ROUNDS - 1, '.'.repeat(22)));
      shares.push((await roundsOf(() => burnRest(half, ROUNDS))) / 2 ** ROUNDS);
      vi.restoreAllMocks();
    }
    // A busy machine makes one or the other seem long; the one in the middle is of quiet moments.
    const median = shares.sort((a, b) => a - b)[2];
    expect(median).toBeGreaterThan(0.25);
    expect(median).toBeLessThan(0.75);
  });

  it.each([4, 5, 6])('is no more than the configured work of %i rounds', async (rounds) => {
    expect(await roundsOf(() => burnRest(0, rounds))).toBe(2 ** rounds);
  });
});
