import bcrypt from 'bcrypt';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { equalizeTime } from './bcrypt-digest.js';

const ROUNDS = 10;

describe('what is burnt after a hash of another kind', () => {
  let rounds = 0;

  beforeEach(() => {
    rounds = 0;
    // A machine that does a round in a millisecond, whatever else it does.
    vi.spyOn(performance, 'now').mockImplementation(() => rounds);
    const hash = bcrypt.hash;
    vi.spyOn(bcrypt, 'hash').mockImplementation(async (text, setting) => {
      rounds += 2 ** Number(String(setting).slice(4, 6));
      return hash(text, setting);
    });
  });
  afterEach(() => {
    vi.restoreAllMocks();
  });

  /** @param spent milliseconds that the hash took */
  async function burnt(spent: number, configured = ROUNDS): Promise<number> {
    await equalizeTime(spent, configured);
    return rounds;
  }

  it('is all of the configured work when the hash took no time', async () => {
    expect(await burnt(0)).toBe(2 ** ROUNDS);
  });

  it('is the measure alone when the hash took longer than the configured work', async () => {
    expect(await burnt(60_000)).toBe(2 ** (ROUNDS - 4));
  });

  it('is what is left of it when the hash took some of the time', async () => {
    expect(await burnt(2 ** ROUNDS / 2)).toBe(2 ** ROUNDS / 2);
  });

  it.each([4, 5, 6])('is no more than the configured work of %i rounds', async (configured) => {
    expect(await burnt(0, configured)).toBe(2 ** configured);
  });
});
