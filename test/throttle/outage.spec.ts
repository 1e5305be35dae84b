import { describe, expect, it } from 'vitest';
import { boot, type TestApplication } from '../support/application.js';
import { databases } from '../support/databases.js';
import { PASSWORD } from '../support/people.js';
import { cuttable } from './cuttable.js';
import { behindProxy, changeTo, expectBraked, guess, logIn, times, warnings, WRONG } from './guesses.js';
import { overIoredis, overPg, reachesRedis, redisUrl, stores, type Counters } from './stores.js';

/** Ten guesses and no more, everybody else gets in, one warning, nothing that ended in a 500. */
async function expectInsured(host: TestApplication): Promise<void> {
  const [person, other] = [await host.people.person(), await host.people.person()];
  const visitor = host.visitor();
  expect((await logIn(visitor, other.username, PASSWORD)).status).toBe(200);
  expect(await guess(host, times(12, person.username))).toEqual([...times(10, 401), 429, 429]);
  expectBraked(await logIn(host.visitor('form'), person.username, PASSWORD));
  expect((await logIn(host.visitor('form'), other.username, PASSWORD)).status).toBe(303);
  for (let round = 0; round < 5; round += 1) expect((await changeTo(visitor, WRONG)).status).toBe(422);
  expectBraked(await changeTo(visitor, PASSWORD));
  expect(warnings(host).join('\n')).toMatch(/throttle store does not respond.*memory of this process/);
  expect(warnings(host)).toHaveLength(1);
  expect(host.log.takeErrors()).toEqual([]);
}

describe.each(stores)('when the client of $name is closed', ({ open }) => {
  it('memory counts on: ten guesses are judged, others get in, and one warning is logged', async () => {
    const counters = await open();
    const host = await boot(behindProxy({ store: counters.store }));
    try {
      expect(warnings(host)).toEqual([]);
      await counters.close();
      await expectInsured(host);
    } finally {
      await host.close();
      await counters.drop().catch(() => undefined);
    }
  });
});

interface Server {
  name: string;
  url: () => Promise<{ url: string; drop(): Promise<void> }>;
  over: (url: string) => Promise<Counters>;
}

const servers: Server[] = [
  ...(reachesRedis
    ? [
        {
          name: 'Redis',
          url: async () => ({ url: redisUrl, drop: async () => undefined }),
          over: overIoredis,
        },
      ]
    : []),
  ...databases
    .filter(({ name }) => name === 'PostgreSQL')
    .map(({ name, create }) => ({ name, url: () => create(), over: overPg })),
];

describe.each(servers)('when the way to $name is cut', ({ url, over }) => {
  it('memory counts on, and when it is mended the counters of the store are those of before', async () => {
    const server = await url();
    const way = await cuttable(server.url);
    const counters = await over(way.url);
    const host = await boot(behindProxy({ store: counters.store }));
    try {
      const { username } = await host.people.person();
      await guess(host, times(10, username));
      expectBraked(await logIn(host.visitor(), username, PASSWORD));
      way.cut();
      await expectInsured(host);
      way.mend();
      await expect.poll(async () => (await logIn(host.visitor(), username, WRONG)).status).toBe(429);
    } finally {
      await host.close();
      await counters.close();
      await way.close();
      await server.drop();
    }
  });

  it('and when it is stopped up, nobody waits until it answers', async () => {
    const server = await url();
    const way = await cuttable(server.url);
    const counters = await over(way.url);
    const host = await boot(behindProxy({ store: counters.store }));
    try {
      const { username } = await host.people.person();
      way.stopUp();
      expect((await logIn(host.visitor(), username, PASSWORD)).status).toBe(200);
      expect(warnings(host)).toHaveLength(1);
    } finally {
      await host.close();
      await way.close();
      await counters.close();
      await server.drop();
    }
  });

  it('an application starts without it all the same', async () => {
    const server = await url();
    const way = await cuttable(server.url);
    const counters = await over(way.url);
    way.cut();
    const host = await boot(behindProxy({ store: counters.store }));
    try {
      await expectInsured(host);
    } finally {
      await host.close();
      await counters.close();
      await way.close();
      await server.drop();
    }
  });
});
