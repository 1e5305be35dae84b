import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { TooManyAttemptsException } from './throttle.exceptions.js';
import { AccountBackoff } from './account.backoff.js';
import { guardedStore, Limiter } from './limiter.js';
import type { ThrottleStore } from './throttle.options.js';

const MINUTE = 60_000;
const limits = { failures: 3, window: 60 * MINUTE, wait: MINUTE, maxWait: 5 * MINUTE };

function backoff(given = limits, store: ThrottleStore = { type: 'memory' }): AccountBackoff {
  const guarded = guardedStore(store, () => undefined);
  const limiter = (name: string, points: number, window: number) =>
    new Limiter(name, points, window, guarded);
  return new AccountBackoff(given, limiter('logins', 1000, MINUTE), limiter);
}

/** Whether the next has to wait, or how long this one has to, in seconds. */
async function enter(one: AccountBackoff, account = 'zoe'): Promise<boolean | number> {
  try {
    return await one.enter(account);
  } catch (error) {
    if (error instanceof TooManyAttemptsException) return error.retryAfter;
    throw error;
  }
}

let now = 0;
function pass(ms: number): void {
  now += ms;
  vi.setSystemTime(now);
}

beforeEach(() => {
  now = Date.now();
  vi.useFakeTimers({ toFake: ['Date'], now });
});
afterEach(() => vi.useRealTimers());

describe('the backoff of an account', () => {
  it('lets the free failures through and says which of them makes the next wait', async () => {
    const one = backoff();
    expect([await enter(one), await enter(one), await enter(one), await enter(one)]).toEqual([
      false,
      false,
      true,
      60,
    ]);
    expect(await enter(one, 'nia')).toBe(false);
  });

  it('doubles each wait up to the longest', async () => {
    const one = backoff();
    await enter(one);
    await enter(one);
    for (const minutes of [1, 2, 4, 5, 5]) {
      expect(await enter(one)).toBe(true);
      expect(await enter(one)).toBe(minutes * 60);
      pass(minutes * MINUTE);
    }
  });

  it('with one free failure each has to wait for the one before', async () => {
    const one = backoff({ ...limits, failures: 1 });
    expect([await enter(one), await enter(one)]).toEqual([true, 60]);
  });

  it('lets no more than the free failures through at once', async () => {
    const one = backoff();
    const found = await Promise.all(Array.from({ length: 20 }, () => enter(one)));
    expect(found.filter((outcome) => typeof outcome === 'boolean')).toHaveLength(3);
    pass(MINUTE);
    const later = await Promise.all(Array.from({ length: 20 }, () => enter(one)));
    expect(later.filter((outcome) => typeof outcome === 'boolean')).toHaveLength(1);
  });

  it('an attempt that is withdrawn leaves no trace, also when it has made a wait', async () => {
    const one = backoff();
    for (let round = 0; round < 10; round += 1) await one.uncount('zoe', (await one.enter('zoe')) === true);
    expect([await enter(one), await enter(one)]).toEqual([false, false]);
    expect(await one.enter('zoe')).toBe(true);
    await one.uncount('zoe', true);
    expect(await enter(one)).toBe(true);
    expect(await enter(one)).toBe(60);
  });

  it('forgets everything when it is cleared', async () => {
    const one = backoff();
    for (let round = 0; round < 3; round += 1) await enter(one);
    pass(MINUTE);
    await enter(one);
    await one.clear('zoe');
    expect([await enter(one), await enter(one), await enter(one), await enter(one)]).toEqual([
      false,
      false,
      true,
      60,
    ]);
  });

  it('forgets the failures when their window ends', async () => {
    const one = backoff();
    await enter(one);
    await enter(one);
    pass(60 * MINUTE);
    expect([await enter(one), await enter(one), await enter(one)]).toEqual([false, false, true]);
  });

  it('holds on a store that can be read but not written, such as a replica', async () => {
    const replica = {
      query: ({ text }: { text: string }) =>
        /^\s*SELECT/.test(text)
          ? Promise.resolve({ rowCount: 0, rows: [] })
          : Promise.reject(new Error('cannot execute INSERT in a read-only transaction')),
    };
    const one = backoff(limits, { type: 'postgres', client: replica });
    for (const outcome of [false, false, true, 60, 60]) expect(await enter(one)).toBe(outcome);
    pass(MINUTE);
    for (const outcome of [true, 120]) expect(await enter(one)).toBe(outcome);
  });
});
