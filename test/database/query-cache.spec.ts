import { describe, expect, it } from 'vitest';
import { databases } from '../support/databases.js';
import { expectDone, expectRefused } from '../support/expectations.js';
import { hosted } from '../support/hosted.js';
import { freshEmail, freshUsername, OTHER_PASSWORD, PASSWORD } from '../support/people.js';
import { clients } from '../support/visitor.js';

describe.each(databases)("with TypeORM's cache for all queries, on $name,", (database) => {
  const host = hosted({
    database,
    options: { password: { history: 2 } },
    dataSource: { migrations: [], synchronize: true, cache: { alwaysEnabled: true, duration: 600_000 } },
  });

  it.each(clients)('a new password is the one that counts, by %s', async (client) => {
    const person = await host.people.person();
    const visitor = await host.people.signIn(person, client);
    expectDone(await visitor.changePassword(PASSWORD, OTHER_PASSWORD), { to: '/login' });
    expect(await visitor.isSignedIn()).toBe(false);
    expect(await host.people.canLogIn(person.username, PASSWORD)).toBe(false);
    expect(await host.people.canLogIn(person.username, OTHER_PASSWORD)).toBe(true);
  });

  it('what is changed is seen at once', async () => {
    const boss = await host.people.superUser();
    const admin = await host.people.signIn(boss);
    const person = await host.people.person();
    const visitor = await host.people.signIn(person);
    const [session] = await host.service.listSessions({ token: visitor.cookies.get('id') ?? '' });
    expect((await admin.get(`/users/${person.id}`)).json).toMatchObject({ is_locked: false });
    expect((await admin.get(`/users?q=${person.username}`)).json).toMatchObject({ total: 1 });
    expect((await admin.api('DELETE', `/sessions/${session?.id}?user_id=${person.id}`)).status).toBeLessThan(
      500,
    );
    await admin.api('POST', `/users/${person.id}/lock`);
    expect(await visitor.isSignedIn()).toBe(false);
    expect((await admin.get(`/users/${person.id}`)).json).toMatchObject({ is_locked: true });
    await admin.api('DELETE', `/users/${person.id}`);
    expect((await admin.get(`/users?q=${person.username}`)).json).toMatchObject({ total: 0 });
    expect((await admin.get(`/users/${person.id}`)).status).toBe(404);
  });

  it('a name is free or taken as it is now', async () => {
    const fields = { username: freshUsername(), email: freshEmail() };
    const passwords = { password: PASSWORD, confirm_password: PASSWORD };
    expect(await host.people.canLogIn(fields.username, PASSWORD)).toBe(false);
    expect((await host.visitor().register({ ...fields, ...passwords })).status).toBe(201);
    expectRefused(await host.visitor().register({ ...fields, ...passwords }), 409, 'username_taken');
    expect(await host.people.canLogIn(fields.username, PASSWORD)).toBe(true);
  });

  it('nothing of all this is in the cache', async () => {
    const table = host.dataSource.driver.escape('query-result-cache');
    const before: unknown[] = await host.dataSource.query(`SELECT * FROM ${table}`);
    expect(before).toEqual([]);
    // Queries of the host are still cached.
    await host.dataSource.createQueryBuilder().select('1', 'one').from('sso_session', 's').getRawMany();
    expect(await host.dataSource.query(`SELECT * FROM ${table}`)).toHaveLength(1);
  });
});
