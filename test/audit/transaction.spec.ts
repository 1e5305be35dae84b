import { beforeAll, describe, expect, it } from 'vitest';
import { databases } from '../support/databases.js';
import { hosted } from '../support/hosted.js';
import { freshUsername, OTHER_PASSWORD, PASSWORD, type Person } from '../support/people.js';
import type { Visitor } from '../support/visitor.js';
import { without } from '../hooks/recorder.js';
import { Trail } from './trail.js';

describe.each(databases)('the audit and what it records, on $name,', (database) => {
  const host = hosted({ database });
  let trail: Trail;
  let boss: Person;
  let admin: Visitor;

  beforeAll(async () => {
    trail = new Trail(host);
    boss = await host.people.superUser();
    admin = await host.people.signIn(boss);
  });

  async function outcomes(): Promise<unknown[]> {
    const rows = await trail.rows();
    const lines = trail.lines().map(({ event }) => event);
    expect(lines).toEqual(rows);
    return rows.map(({ action, outcome, code }) => [action, outcome, code]);
  }

  it('stand or fall together: a login', async () => {
    const { id, username } = await host.people.person();
    await trail.begin();
    await without(host, 'sso_session', async () => {
      expect((await host.visitor().login({ username, password: PASSWORD })).status).toBe(503);
    });
    expect(await outcomes()).toEqual([['login', 'failure', 'service_unavailable']]);
    expect((await host.rows.user(id)).last_login).toBeNull();
    host.log.takeErrors();
  });

  it('stand or fall together: a change of the password', async () => {
    const person = await host.people.person();
    const visitor = await host.people.signIn(person);
    const before = await host.rows.user(person.id);
    await trail.begin();
    await without(host, 'sso_password_history', async () => {
      expect((await visitor.changePassword(PASSWORD, OTHER_PASSWORD)).status).toBe(503);
    });
    expect(await outcomes()).toEqual([['password.change', 'failure', 'service_unavailable']]);
    expect(await host.rows.user(person.id)).toEqual(before);
    expect(await visitor.isSignedIn()).toBe(true);
    host.log.takeErrors();
  });

  it('stand or fall together: nothing is done that cannot be recorded', async () => {
    const { id } = await host.people.person();
    const before = await host.rows.user(id);
    const username = freshUsername();
    await trail.begin();
    await without(host, 'sso_audit_event', async () => {
      const steps: [string, string, unknown][] = [
        ['POST', `/users/${id}/lock`, undefined],
        ['POST', `/users/${id}/reject`, undefined],
        ['PATCH', `/users/${id}`, { is_super_user: true }],
        ['POST', `/users/${id}/password`, { new_password: OTHER_PASSWORD }],
        ['DELETE', `/users/${id}`, undefined],
        ['POST', '/users', { username }],
        ['DELETE', `/users/${boss.id}/sessions`, undefined],
      ];
      for (const [method, path, body] of steps) {
        const { status } = await admin.api(method, path, body);
        expect({ method, path, status }).toEqual({ method, path, status: 503 });
      }
    });
    expect(trail.lines().filter(({ event }) => event.outcome === 'success')).toEqual([]);
    expect(await host.rows.user(id)).toEqual(before);
    expect(await host.rows.count('sso_user', { username })).toBe(0);
    expect(await admin.isSignedIn()).toBe(true);
    host.log.takeErrors();
  });

  it('are apart where nothing is done: a refusal stands though it cannot be recorded', async () => {
    const { username } = await host.people.person();
    await trail.begin();
    await without(host, 'sso_audit_event', async () => {
      const answer = await host.visitor().login({ username, password: 'not this one' });
      expect(answer.json).toMatchObject({ statusCode: 401, code: 'invalid_credentials' });
    });
    expect(trail.lines()).toMatchObject([{ level: 'warn', event: { code: 'invalid_credentials' } }]);
    host.log.takeErrors();
  });
});
