import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { PASSWORD } from '../support/people.js';
import { itRunsOnEveryServer, servers } from '../support/servers.js';
import { expectUnavailable, stand, type Stand } from './stand.js';
import { stepsByClient } from './steps.js';

itRunsOnEveryServer();

describe.each(servers)('when $name', (server) => {
  let stage: Stand;

  beforeAll(async () => {
    stage = await stand(server);
  });
  afterEach(() => {
    stage.proxy.delay = 0;
  });
  afterAll(() => stage?.close());

  it.each(stepsByClient)(
    'is stopped, %s (%s) is a 503, and succeeds once it runs again',
    async (_, client, step) => {
      const { go, state, old, done } = await step.prepare(stage, client);
      await stage.proxy.stop();
      try {
        expectUnavailable(await go());
        expectUnavailable(await go());
      } finally {
        await stage.proxy.start();
      }
      expect(await state()).toEqual(old);
      expect((await go()).status).toBeLessThan(400);
      expect(await state()).toEqual(done);
    },
  );

  it.each(stepsByClient)('is slow, %s (%s) takes its time and is done', async (_, client, step) => {
    const { go, state, done } = await step.prepare(stage, client);
    stage.proxy.delay = 25;
    expect((await go()).status).toBeLessThan(400);
    expect(await state()).toEqual(done);
  });

  it.each(stepsByClient)(
    'is stopped while slow, %s (%s) is done entirely or not at all',
    async (_, client, step) => {
      const { go, state, old, done } = await step.prepare(stage, client);
      stage.proxy.reset();
      stage.proxy.delay = 25;
      const answering = go();
      await expect.poll(() => stage.proxy.statements.length, { interval: 1 }).toBeGreaterThan(0);
      await stage.proxy.stop();
      stage.proxy.delay = 0;
      try {
        expectUnavailable(await answering);
      } finally {
        await stage.proxy.start();
      }
      await stage.settled();
      expect(await state()).toEqual(old);
      expect((await go()).status).toBeLessThan(400);
      expect(await state()).toEqual(done);
    },
  );

  it('has ended idle connections, the next request opens new ones', async () => {
    const visitor = await stage.host.people.signIn(await stage.host.people.person());
    await Promise.all(Array.from({ length: 8 }, () => visitor.isSignedIn()));
    await stage.terminate();
    // One that was taken from the pool before the news arrived may still fail.
    expect([200, 503]).toContain((await visitor.get('/session')).status);
    await expect.poll(() => visitor.get('/session').then(({ status }) => status)).toBe(200);
    const answers = await Promise.all(Array.from({ length: 20 }, () => visitor.get('/session')));
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 200));
  });

  it('was stopped for a while, nobody has to wait because of it', async () => {
    const throttled = await stand(server, {}, { throttle: {} });
    try {
      const { username } = await throttled.host.people.person();
      const login = { username, password: PASSWORD };
      await throttled.proxy.stop();
      // More than the wrong guesses that an account takes.
      for (let attempt = 0; attempt < 12; attempt += 1)
        expectUnavailable(await throttled.host.visitor().login(login));
      await throttled.proxy.start();
      expect((await throttled.host.visitor().login(login)).status).toBe(200);
    } finally {
      await throttled.close();
    }
  });
});
