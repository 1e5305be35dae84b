import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OTHER_PASSWORD, PASSWORD } from '../support/people.js';
import { itRunsOnEveryServer, servers } from '../support/servers.js';
import { expectUnavailable, stand, type Stand } from './stand.js';
import { changeOwn, stepsByClient } from './steps.js';

const TIMEOUT = 1000;
/** A busy machine takes its time to connect. */
const CONNECT_TIMEOUT = 3000;
const extra = { connectionTimeoutMillis: CONNECT_TIMEOUT, query_timeout: TIMEOUT };

itRunsOnEveryServer();

// mysql2 has no time-out for a query that its pool would apply.
describe.each(servers.filter(({ name }) => name === 'PostgreSQL'))(
  'when $name no longer answers, and the pool has time-outs,',
  (server) => {
    let stage: Stand;

    beforeAll(async () => {
      stage = await stand(server, extra);
    });
    afterAll(() => stage?.close());

    it.each(stepsByClient)(
      '%s (%s) is a 503 while nothing answers, and succeeds afterwards',
      async (_, client, step) => {
        const { go, state, old, done } = await step.prepare(stage, client);
        stage.proxy.freeze();
        try {
          expectUnavailable(await go());
        } finally {
          stage.proxy.thaw();
        }
        expect(await state()).toEqual(old);
        expect((await go()).status).toBeLessThan(400);
        expect(await state()).toEqual(done);
      },
    );

    it('more requests than the pool has connections are all answered while nothing answers', async () => {
      const visitor = await stage.host.people.signIn(await stage.host.people.person());
      stage.proxy.freeze();
      try {
        const answers = await Promise.all(Array.from({ length: 40 }, () => visitor.get('/session')));
        for (const answer of answers) expectUnavailable(answer);
      } finally {
        stage.proxy.thaw();
      }
      expect(await visitor.isSignedIn()).toBe(true);
    });

    it('in the middle of a change, nothing of it is left for the connection’s next user to commit', async () => {
      const undisturbed = await changeOwn.prepare(stage, 'json');
      const statements = await stage.proxy.statementsOf(undisturbed.go);
      const first = statements.indexOf('START TRANSACTION');
      expect(first).toBeGreaterThan(0);
      for (let at = first; at < statements.length; at++) {
        const { go, state, old, done, username = '' } = await changeOwn.prepare(stage, 'json');
        const when = `at ${statements[at]}`;
        stage.proxy.freezeAt(at);
        const code = statements[at] === 'COMMIT' ? 'outcome_unknown' : 'service_unavailable';
        expectUnavailable(await go(), when, code);
        stage.proxy.reset();
        stage.proxy.thaw();
        await stage.settled();
        // The server may get to see a COMMIT that nobody waits for any more.
        const isDone = statements[at] === 'COMMIT' && (await state()).hash !== old.hash;
        expect(await state(), when).toEqual(isDone ? done : old);
        expect(await stage.host.people.canLogIn(username, PASSWORD), when).toBe(!isDone);
        expect(await stage.host.people.canLogIn(username, OTHER_PASSWORD), when).toBe(isDone);
        const { sessions: _sessions, ...rest } = isDone ? done : old;
        expect(await state(), when).toMatchObject(rest);
      }
    });

    it.each([
      ['the pool', {}],
      ['the server', { statement_timeout: TIMEOUT / 2 }],
    ])('a change that waits for a row is given up by %s, and rolled back', async (_, limits) => {
      const waiting = await stand(server, { ...extra, ...limits });
      try {
        const { go, state, old, done } = await changeOwn.prepare(waiting, 'json');
        await waiting.direct.transaction(async (manager) => {
          await manager.query('SELECT 1 FROM sso_user FOR UPDATE');
          expectUnavailable(await go());
        });
        await waiting.settled();
        expect(await state()).toEqual(old);
        expect((await go()).status).toBe(200);
        expect(await state()).toEqual(done);
      } finally {
        await waiting.close();
      }
    });

    it('connections that were lost without a word are given up when their time has come', async () => {
      const short = await stand(server, { ...extra, maxLifetimeSeconds: 1 });
      try {
        const visitor = await short.host.people.signIn(await short.host.people.person());
        await Promise.all(Array.from({ length: 4 }, () => visitor.isSignedIn()));
        short.proxy.strand();
        expectUnavailable(await visitor.get('/session'));
        await expect.poll(() => visitor.get('/session').then(({ status }) => status)).toBe(200);
      } finally {
        await short.close();
      }
    });
  },
);
