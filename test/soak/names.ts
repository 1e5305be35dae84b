import { Throttle } from '../../src/throttle/throttle.js';
import { boot } from '../support/application.js';
import { heapUsed, MEGABYTE } from './memory.js';

// throttle.spec.ts runs this in a process of its own: other tests would have their share of the heap.

export interface Measured {
  /** Bytes for each name. */
  perName: number;
  /** Whether the names were forgotten. */
  isForgotten: boolean;
}

const NAMES = 20_000;
/** Seconds. */
const WINDOW = 3;

const host = await boot({
  options: {
    throttle: {
      account: { failures: 10, window: `${WINDOW}s`, wait: '1s', maxWait: '2s' },
      loginsPerAccount: { attempts: 30, window: `${WINDOW}s` },
      loginsPerAddress: { attempts: 10 * NAMES, window: '1m' },
    },
  },
});
const throttle = host.app.get(Throttle, { strict: false });
const guess = (name: string): Promise<unknown> => throttle.login(name, {}, async () => null);
for (let warm = 0; warm < 1000; warm += 1) await guess(`warm-${warm}`);
const before = await heapUsed();

for (let count = 0; count < NAMES; count += 1) await guess(`nobody-${count}`);
const perName = ((await heapUsed()) - before) / NAMES;

const rest = async (): Promise<number> => ((await heapUsed()) - before) / MEGABYTE;
let isForgotten = false;
for (let look = 0; look < 240 && !isForgotten; look += 1) {
  await new Promise((resolve) => setTimeout(resolve, 500));
  isForgotten = (await rest()) < 2;
}
console.log(JSON.stringify({ measured: { perName, isForgotten } satisfies Measured }));
process.exit();
