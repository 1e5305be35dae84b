import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OTHER_PASSWORD, PASSWORD } from '../support/people.js';
import { itRunsOnEveryServer, servers } from '../support/servers.js';
import { type Moment } from './proxy.js';
import { expectUnavailable, stand, type Stand } from './stand.js';
import { stepsByClient, type Attempt } from './steps.js';

const moments: Moment[] = ['before', 'after'];

itRunsOnEveryServer();

describe.each(servers)('when the connection to $name is lost,', (server) => {
  let stage: Stand;

  beforeAll(async () => {
    stage = await stand(server);
  });
  afterAll(() => stage?.close());

  async function expectOnePassword({ username }: Attempt, isDone: boolean): Promise<void> {
    if (username === undefined) return;
    const { people } = stage.host;
    expect(await people.canLogIn(username, PASSWORD)).toBe(!isDone);
    expect(await people.canLogIn(username, OTHER_PASSWORD)).toBe(isDone);
  }

  it.each(stepsByClient)(
    '%s (%s) is done entirely or not at all, at whichever statement it happens',
    async (_, client, step) => {
      const undisturbed = await step.prepare(stage, client);
      const statements = await stage.proxy.statementsOf(undisturbed.go);
      expect(await undisturbed.state()).toEqual(undisturbed.done);
      expect(statements.length).toBeGreaterThan(0);
      // What writes without a transaction is done with that one statement.
      const last = statements.includes('COMMIT') ? statements.indexOf('COMMIT') : statements.length - 1;

      for (const [at, statement] of statements.entries()) {
        // Both clients go through the same service; only its first and last statement are worth a page each.
        if (client === 'form' && at !== 0 && at !== last) continue;
        for (const moment of moments) {
          const attempt = await step.prepare(stage, client);
          const when = `${moment} statement ${at}, ${statement}`;
          expect(await attempt.state(), when).toEqual(attempt.old);
          const failures = (): Promise<number> => stage.rows.count('sso_audit_event', { outcome: 'failure' });
          const before = await failures();
          stage.proxy.cutAt(at, moment);
          const isInDoubt = statement === 'COMMIT';
          expectUnavailable(await attempt.go(), when, isInDoubt ? 'outcome_unknown' : 'service_unavailable');
          stage.proxy.reset();
          await stage.settled();
          const isDone = at === last && moment === 'after';
          expect(await attempt.state(), when).toEqual(isDone ? attempt.done : attempt.old);
          // What may have been done is not recorded as refused, and a database that is gone is not asked to record it.
          expect(await failures(), when).toBe(before);
          await expectOnePassword(attempt, isDone);
        }
      }
    },
  );

  it('the log says so in one line each, without a statement or a value', () => {
    const errors = stage.host.log.of('error');
    expect(errors.length).toBeGreaterThan(20);
    for (const line of errors)
      expect(line).toMatch(/^error: The database failed: \w+( undefined AuthModule)?$/);
  });
});
