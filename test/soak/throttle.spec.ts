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
    /** Bytes for each name, until all of them are forgotten. */
    const cost = async (round: string): Promise<number> => {
      const before = await heapUsed();
      for (let key = 0; key < KEYS; key += 1) await guess(`${round}-${key}`);
      const perKey = ((await heapUsed()) - before) / KEYS;
      const rest = async (): Promise<number> => ((await heapUsed()) - before) / MEGABYTE;
      await expect.poll(rest, { interval: 500 }).toBeLessThan(2);
      return perKey;
    };
    // What other tests of this process have left behind grows and shrinks too, by a tenth of this.
    const perKey = Math.min(await cost('first'), await cost('second'), await cost('third'));
    console.log(`throttle: ${perKey.toFixed(0)} bytes a key`);
    expect(perKey).toBeLessThan(1024);
  });
});
