import { performance } from 'node:perf_hooks';
import { describe, expect, it } from 'vitest';
import type { ThrottleStore } from '../../src/index.js';
import { Proxy as Way } from '../faults/proxy.js';
import { boot } from '../support/application.js';
import { databases } from '../support/databases.js';
import { PASSWORD } from '../support/people.js';
import { behindProxy, expectBraked, guess, logIn, times, warnings } from './guesses.js';
import {
  overIoredis,
  overPg,
  overRedis,
  reachesRedis,
  redisUrl,
  sharedLeftOut as missing,
  type Counters,
} from './stores.js';

interface Server {
  name: string;
  url: () => Promise<{ url: string; drop(): Promise<void> }>;
  over: (url: string) => Promise<Counters>;
}

const redis = async () => ({ url: redisUrl, drop: async () => undefined });
const servers: Server[] = [
  ...(reachesRedis
    ? [
        { name: 'Redis through ioredis', url: redis, over: overIoredis },
        { name: 'Redis through redis', url: redis, over: overRedis },
      ]
    : []),
  ...databases
    .filter(({ name }) => name === 'PostgreSQL')
    .map(({ name, create }) => ({ name, url: () => create(), over: overPg })),
];

it(`a store behind a network${missing.length > 0 ? `; left out: ${missing.join('; ')}` : ''}`, () => {
  // Redis has two clients.
  const fewer = missing
    .map((one) => (one.startsWith('Redis') ? 2 : 1))
    .reduce((sum, count) => sum + count, 0);
  expect(servers).toHaveLength(3 - fewer);
});

/** How often the store is asked for something, each of which is one wait when it does not answer. */
function counting(store: ThrottleStore): { store: ThrottleStore; asked: () => number } {
  if (store.type === 'memory') return { store, asked: () => 0 };
  let asked = 0;
  const client = new Proxy(store.client, {
    get(target, name) {
      const found: unknown = Reflect.get(target, name, target);
      if (typeof found !== 'function') return found;
      return (...given: unknown[]): unknown => {
        asked += 1;
        return found.apply(target, given);
      };
    },
  });
  return { store: { ...store, client }, asked: () => asked };
}

describe.each(servers)('a $name that is frozen', ({ url, over }) => {
  it('costs one login one wait; then memory counts, until it answers again', async () => {
    const server = await url();
    const way = await Way.to(server.url);
    const counters = await over(way.url);
    const { store, asked } = counting(counters.store);
    const host = await boot(behindProxy({ store }));
    /** What some work has asked of the store, without the probe that may run every two seconds. */
    const askedBy = async (work: () => Promise<unknown>): Promise<number> => {
      const [before, start] = [asked(), performance.now()];
      await work();
      const probes = Math.ceil((performance.now() - start) / 2000);
      return Math.max(0, asked() - before - probes * callsOfOne);
    };
    let callsOfOne = 0;
    try {
      const [person, waiting] = [await host.people.person(), await host.people.person()];
      const login = () => logIn(host.visitor(), person.username, PASSWORD);
      await guess(host, times(10, waiting.username));
      expectBraked(await logIn(host.visitor(), waiting.username, PASSWORD));
      const ofALogin = await askedBy(login);
      expect(ofALogin).toBeGreaterThan(4);

      way.freeze();
      // Of all that a login counts, the first thing waits in vain.
      callsOfOne = await askedBy(async () => expect((await login()).status).toBe(200));
      expect(callsOfOne).toBeLessThanOrEqual(Math.ceil(ofALogin / 4));
      const guesses = await askedBy(async () => {
        expect(await guess(host, times(12, person.username))).toEqual([...times(10, 401), 429, 429]);
        expectBraked(await login());
      });
      expect(guesses).toBe(0);
      expect(warnings(host)).toHaveLength(1);

      way.thaw();
      const other = await host.people.person();
      await expect
        .poll(() => askedBy(() => logIn(host.visitor(), other.username, PASSWORD)), { interval: 500 })
        .toBeGreaterThan(callsOfOne);
      // What was counted before is known: the very first attempt has to wait.
      expectBraked(await logIn(host.visitor(), waiting.username, PASSWORD));
    } finally {
      way.thaw();
      await host.close();
      await counters.close();
      await way.stop();
      await server.drop();
    }
  });
});
