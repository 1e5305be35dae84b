import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { PASSWORD } from '../support/people.js';
import { itRunsOnEveryServer, servers } from '../support/servers.js';
import { expectUnavailable, stand, type Stand } from './stand.js';
import { changeOwn, check, stepsByClient } from './steps.js';

/** Seconds. */
const DEADLINE = 1;

/** Those that need more statements than a look at a session; a form differs where it is the same person who logs in. */
const stepsOfMany = stepsByClient.filter(
  ([name, client]) => name !== check.name && (client === 'json' || name.startsWith('a login')),
);

itRunsOnEveryServer();

describe.each(servers)('when $name no longer answers, and its driver would wait for ever,', (server) => {
  let stage: Stand;

  beforeAll(async () => {
    stage = await stand(server, {}, { databaseTimeout: DEADLINE });
  });
  afterEach(() => {
    stage.proxy.thaw();
    stage.proxy.delay = 0;
    stage.proxy.reset();
  });
  afterAll(() => stage?.close());

  it.each(stepsByClient)('%s (%s) is a 503, and succeeds afterwards', async (_, client, step) => {
    const { go, state, old, done } = await step.prepare(stage, client);
    stage.proxy.freeze();
    expectUnavailable(await go());
    stage.proxy.thaw();
    await stage.settled();
    expect(await state()).toEqual(old);
    expect((await go()).status).toBeLessThan(400);
    expect(await state()).toEqual(done);
  });

  it.each(stepsOfMany)(
    '%s (%s) has one time-out for all its statements together',
    async (_, client, step) => {
      const { go, state, old } = await step.prepare(stage, client);
      stage.proxy.reset();
      stage.proxy.delay = (DEADLINE * 1000) / 2;
      expectUnavailable(await go());
      // What would come after the time-out has time to come.
      await sleep(DEADLINE * 1000);
      expect(stage.proxy.statements.length).toBeLessThanOrEqual(2);
      stage.proxy.delay = 0;
      await stage.settled();
      expect(await state()).toEqual(old);
    },
  );

  it('in the middle of a change, nothing more is asked of it: no ROLLBACK, no audit, no second attempt', async () => {
    const undisturbed = await changeOwn.prepare(stage, 'json');
    const statements = await stage.proxy.statementsOf(undisturbed.go);
    const [begin, commit] = [statements.indexOf('START TRANSACTION'), statements.indexOf('COMMIT')];
    expect(commit).toBeGreaterThan(begin + 2);
    for (const at of [begin, begin + 1, commit - 1, commit]) {
      const { go, state, old, done } = await changeOwn.prepare(stage, 'json');
      const when = `at ${statements[at]}`;
      stage.proxy.freezeAt(at);
      const code = statements[at] === 'COMMIT' ? 'outcome_unknown' : 'service_unavailable';
      expectUnavailable(await go(), when, code);
      // As long again as the answer has taken.
      await sleep(DEADLINE * 1000);
      expect(stage.proxy.statements, when).toHaveLength(at + 1);
      stage.proxy.reset();
      stage.proxy.thaw();
      await stage.settled();
      // The server may get to see a COMMIT that nobody waits for any more.
      const isDone = statements[at] === 'COMMIT' && (await state()).hash !== old.hash;
      expect(await state(), when).toEqual(isDone ? done : old);
    }
  });

  it('whoever waits for a connection of the pool is answered too, and asks for nothing afterwards', async () => {
    const { id, username } = await stage.host.people.person();
    stage.proxy.freeze();
    const answers = await Promise.all(
      Array.from({ length: 25 }, () => stage.host.visitor().login({ username, password: PASSWORD })),
    );
    for (const answer of answers) expectUnavailable(answer);
    stage.proxy.thaw();
    await stage.settled();
    expect(await stage.rows.sessionsOf(id)).toEqual([]);
    expect((await stage.host.visitor().login({ username, password: PASSWORD })).status).toBe(200);
  });
});

/** Logins of one user whose row the host itself keeps locked. */
describe.each(servers)('while a row of $name is locked', (server) => {
  it('its user is told 503, and others log in meanwhile, over and over', async () => {
    const stage = await stand(server, server.name === 'PostgreSQL' ? { max: 10 } : { connectionLimit: 10 }, {
      databaseTimeout: 3,
    });
    try {
      const { people } = stage.host;
      const [locked, other] = [await people.person(), await people.person()];
      const login = (username: string) => stage.host.visitor().login({ username, password: PASSWORD });
      await stage.direct.transaction(async (manager) => {
        await manager.query(`SELECT 1 FROM sso_user WHERE id = '${locked.id}' FOR UPDATE`);
        const state = { isOver: false };
        const waiting = Promise.all(Array.from({ length: 30 }, () => login(locked.username))).finally(
          () => (state.isOver = true),
        );
        let served = 0;
        while (!state.isOver) {
          expect((await login(other.username)).status).toBe(200);
          served++;
        }
        for (const answer of await waiting) expectUnavailable(answer);
        expect(served).toBeGreaterThan(1);
      });
      expect((await login(locked.username)).status).toBe(200);
    } finally {
      await stage.close();
    }
  });
});
