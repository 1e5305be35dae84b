import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { boot, type TestApplication } from '../support/application.js';
import { databases, type FreshDatabase } from '../support/databases.js';
import { expectDone, expectNoSessionCookie } from '../support/expectations.js';
import { freshUsername, OTHER_PASSWORD, PASSWORD } from '../support/people.js';
import { clients, type Answer } from '../support/visitor.js';

describe.each(databases)('while the database cannot serve, on $name,', (database) => {
  let fresh: FreshDatabase;
  let host: TestApplication;

  beforeAll(async () => {
    fresh = await database.create(true);
    host = await boot({ fresh });
  });
  afterAll(async () => {
    await host?.close();
    await fresh?.drop();
  });

  function expectUnavailable(answer: Answer): void {
    expect(answer.status).toBe(503);
    if (answer.client === 'json') expect(answer.json.code).toBe('service_unavailable');
    else expect(answer.message).toMatch(/temporarily unavailable/);
    expect(answer.body).not.toMatch(/sql|sso_|table|select|connect|ECONN|database/i);
    expectNoSessionCookie(answer);
  }

  async function without(table: string, use: () => Promise<void>): Promise<void> {
    const runner = host.dataSource.createQueryRunner();
    await runner.renameTable(table, `${table}_away`);
    try {
      await use();
    } finally {
      await runner.renameTable(`${table}_away`, table);
      await runner.release();
    }
  }

  it.each(clients)(
    'nobody is let in, nothing is half done, and all is well afterwards, by %s',
    async (client) => {
      const person = await host.people.person();
      const visitor = await host.people.signIn(person, client);
      const before = await host.rows.user(person.id);
      const login = { username: person.username, password: PASSWORD };

      await without('sso_session', async () => {
        expectUnavailable(await host.visitor(client).login(login));
        expectUnavailable(await host.visitor(client).login({ ...login, new_password: OTHER_PASSWORD }));
        for (const path of ['/session', '/sessions', '/private'])
          expect((await visitor.get(path)).status).toBe(503);
        expect((await visitor.page('/private')).status).toBe(503);
      });
      await without('sso_audit_event', async () => {
        const username = freshUsername();
        const fields = { username, password: PASSWORD, confirm_password: PASSWORD };
        expectUnavailable(await visitor.register(fields));
        expect(await host.rows.count('sso_user', { username })).toBe(0);
        expectUnavailable(await visitor.changePassword(PASSWORD, OTHER_PASSWORD));
      });

      expect(await host.rows.user(person.id)).toEqual(before);
      expect(await visitor.isSignedIn()).toBe(true);
      expectDone(await visitor.changePassword(PASSWORD, OTHER_PASSWORD), { to: '/login' });
    },
  );

  it('is over as soon as it serves again, without a restart', async () => {
    const person = await host.people.person();
    const visitor = await host.people.signIn(person);
    await host.dataSource.destroy();
    expectUnavailable(await host.visitor().login({ username: person.username, password: PASSWORD }));
    expectUnavailable(await visitor.get('/session'));
    await host.dataSource.initialize();
    expect(await visitor.isSignedIn()).toBe(true);
    expect(await host.people.canLogIn(person.username, PASSWORD)).toBe(true);
  });
});
