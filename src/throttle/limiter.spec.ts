import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { guardedStore, Limiter, makeTable } from './limiter.js';

const store = { type: 'memory' } as const;
let now = 0;

beforeEach(() => {
  now = Date.now();
  vi.useFakeTimers({ toFake: ['Date'], now });
});
afterEach(() => vi.useRealTimers());

describe('a limiter', () => {
  const limiter = (points = 2, windowMs = 10_000) =>
    new Limiter(
      'tests',
      points,
      windowMs,
      guardedStore(store, () => undefined),
    );

  it('takes what its window has room for and says how long to wait', async () => {
    const one = limiter();
    expect([await one.tryCount('a'), await one.tryCount('a'), await one.tryCount('a')]).toEqual([
      { count: 1 },
      { count: 2 },
      { waitMs: 10_000 },
    ]);
    expect(await one.tryCount('b')).toEqual({ count: 1 });
  });

  it('starts anew at the end of the window, not a millisecond before', async () => {
    const one = limiter(1);
    await one.tryCount('a');
    vi.setSystemTime(now + 9999);
    expect(await one.tryCount('a')).toEqual({ waitMs: 1 });
    vi.setSystemTime(now + 10_000);
    expect(await one.tryCount('a')).toEqual({ count: 1 });
  });

  it('adds beyond the window’s room, takes back, and forgets', async () => {
    const one = limiter();
    expect([await one.forceCount('a'), await one.forceCount('a'), await one.forceCount('a')]).toEqual([
      1, 2, 3,
    ]);
    expect(await one.waitMs('a')).toBe(10_000);
    await one.uncount('a');
    await one.uncount('a');
    expect(await one.waitMs('a')).toBe(0);
    expect(await one.tryCount('a')).toEqual({ count: 2 });
    await one.forget('a');
    expect(await one.tryCount('a')).toEqual({ count: 1 });
  });

  it('fills a window for a time of its own', async () => {
    const one = limiter();
    await one.block('a', 60_000);
    expect(await one.waitMs('a')).toBe(60_000);
    expect(await one.tryCount('a')).toEqual({ waitMs: 60_000 });
  });

  it('a window of less than a second is one', async () => {
    const one = limiter(1, 10);
    await one.tryCount('a');
    expect(await one.tryCount('a')).toEqual({ waitMs: 1000 });
  });

  it('has room for a key nobody has used', async () => {
    expect(await limiter().waitMs('nobody')).toBe(0);
  });
});

describe('a store that fails', () => {
  const broken = {
    query: () => Promise.reject(new Error('no database')),
  };

  it('is replaced by memory, and every operation says so or goes on in silence; none throws', async () => {
    const onOutage = vi.fn<() => void>();
    const one = new Limiter('tests', 2, 10_000, guardedStore({ type: 'postgres', client: broken }, onOutage));
    expect(await one.tryCount('a')).toEqual({ count: 1 });
    expect(await one.forceCount('a')).toBe(2);
    expect(await one.waitMs('a')).toBe(10_000);
    expect(await one.tryCount('a')).toEqual({ waitMs: 10_000 });
    expect(onOutage).toHaveBeenCalledTimes(4);
    await one.forget('a');
    await one.block('a', 5000);
    expect(await one.waitMs('a')).toBe(5000);
    await one.uncount('a');
  });

  it('cannot make its table', async () => {
    await expect(makeTable({ type: 'postgres', client: broken })).rejects.toThrow('no database');
  });
});
