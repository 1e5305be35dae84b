import { describe, expect, it } from 'vitest';
import { Throttle } from '../../src/throttle/throttle.js';
import { hosted } from '../support/hosted.js';
import { heapUsed, MEGABYTE } from './memory.js';

const KEYS = 20_000;
/** Seconds. */
const WINDOW = 3;

describe('the throttle’s memory', () => {
  const host = hosted({
    options: {
      throttle: {
        account: { failures: 10, window: `${WINDOW}s`, wait: '1s', maxWait: '2s' },
        loginsPerAccount: { attempts: 30, window: `${WINDOW}s` },
        loginsPerAddress: { attempts: 10 * KEYS, window: '1m' },
      },
    },
  });

  it('takes 20,000 names at under 1 kB each, and forgets them when their window is over', async () => {
    const throttle = host.app.get(Throttle, { strict: false });
    const guess = (name: string): Promise<unknown> => throttle.login(name, {}, async () => null);
    for (let warm = 0; warm < 1000; warm += 1) await guess(`warm-${warm}`);
    const before = await heapUsed();

    for (let key = 0; key < KEYS; key += 1) await guess(`nobody-${key}`);
    const perKey = ((await heapUsed()) - before) / KEYS;
    console.log(`throttle: ${perKey.toFixed(0)} bytes a key`);
    expect(perKey).toBeLessThan(1024);

    await expect
      .poll(async () => ((await heapUsed()) - before) / MEGABYTE, { interval: 500 })
      .toBeLessThan(2);
  });
});
