import { describe, expect, it } from 'vitest';
import { databases } from '../support/databases.js';
import { hosted } from '../support/hosted.js';
import { freshEmail, freshUsername, OTHER_PASSWORD, PASSWORD } from '../support/people.js';
import { clients, type Answer } from '../support/visitor.js';

function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}

function succeeded({ status }: Answer): boolean {
  return status < 400;
}

describe.each(databases)('at the same time, on $name,', (database) => {
  const host = hosted({ database, options: { password: { bcryptRounds: 4, history: 5 } } });

  describe.each(clients)('by %s', (client) => {
    it('six changes with the same old password: one wins, and its password is the password', async () => {
      const person = await host.people.person();
      const visitors = await Promise.all(numbers(6).map(() => host.people.signIn(person, client)));
      const tokens = await Promise.all(visitors.map((visitor) => tokenOf(visitor)));
      const wanted = numbers(6).map((number) => `${number} wanted velvet buttons`);
      const before = await host.rows.user(person.id);

      const answers = await Promise.all(
        visitors.map((visitor, index) => {
          const fields = {
            old_password: PASSWORD,
            new_password: wanted[index],
            confirm_new_password: wanted[index],
          };
          return client === 'json'
            ? visitor.api('POST', '/change-password', fields)
            : visitor.post('/change-password', { ...fields, ...tokens[index] });
        }),
      );

      expect(answers.filter(succeeded)).toHaveLength(1);
      for (const { status } of answers.filter((answer) => !succeeded(answer))) {
        expect([401, 409, 422]).toContain(status);
      }
      const winner = answers.findIndex(succeeded);
      for (const [index, password] of wanted.entries()) {
        expect(await host.people.canLogIn(person.username, password)).toBe(index === winner);
      }
      expect(await host.people.canLogIn(person.username, PASSWORD)).toBe(false);
      expect(await host.rows.count('sso_password_history', { user_id: person.id })).toBe(1);
      expect((await host.rows.user(person.id)).password_version).toBe(Number(before.password_version) + 1);
      for (const visitor of visitors) expect(await visitor.isSignedIn()).toBe(false);

      function tokenOf(visitor: (typeof visitors)[number]) {
        return client === 'form' ? visitor.token('/change-password') : {};
      }
    });

    it('fifteen registrations of one name: one user, fourteen refusals', async () => {
      const username = freshUsername();
      const answers = await Promise.all(
        numbers(15).map((number) =>
          host.visitor(client).register({
            username: number % 2 === 0 ? username : username.toUpperCase(),
            email: freshEmail(),
            password: PASSWORD,
            confirm_password: PASSWORD,
          }),
        ),
      );
      const statuses = answers.map(({ status }) => status).sort();
      expect(statuses).toEqual([client === 'json' ? 201 : 303, ...numbers(14).map(() => 409)].sort());
      if (client === 'json') {
        for (const { json, status } of answers) if (status === 409) expect(json.code).toBe('username_taken');
      }
      expect(await host.rows.count('sso_user', { username_key: username })).toBe(1);
    });
  });

  it('logins and a change: what was opened with the old password is dead at its first use', async () => {
    for (const round of numbers(4)) {
      const person = await host.people.person();
      const changer = await host.people.signIn(person);
      const racers = numbers(6).map(() => host.visitor());
      const login = { username: person.username, password: PASSWORD };
      const [change, ...logins] = await Promise.all([
        changer.changePassword(PASSWORD, OTHER_PASSWORD),
        ...racers.map((racer) => racer.login(login)),
      ]);
      expect(change.status, `round ${round}`).toBe(200);
      for (const { status } of logins) expect([200, 401, 409]).toContain(status);
      for (const racer of racers) expect(await racer.isSignedIn()).toBe(false);
    }
  });

  it('a change by the owner and one by a super-user: one password is the password', async () => {
    for (const round of numbers(3)) {
      const person = await host.people.person();
      const owner = await host.people.signIn(person);
      const admin = await host.people.signIn(await host.people.superUser());
      const [own, given] = await Promise.all([
        owner.changePassword(PASSWORD, OTHER_PASSWORD),
        admin.api('POST', `/users/${person.id}/password`, { new_password: 'given marble 4 stairs' }),
      ]);
      const open = [
        await host.people.canLogIn(person.username, OTHER_PASSWORD),
        await host.people.canLogIn(person.username, 'given marble 4 stairs'),
      ];
      expect(open.filter(Boolean), `round ${round}`).toHaveLength(1);
      expect([own, given].some(succeeded)).toBe(true);
      if (!succeeded(own)) expect(open).toEqual([false, true]);
      if (!succeeded(given)) expect(open).toEqual([true, false]);
    }
  });

  it('twelve logins: twelve sessions', async () => {
    const person = await host.people.person();
    const visitors = await Promise.all(numbers(12).map(() => host.people.signIn(person)));
    expect(new Set(visitors.map((visitor) => visitor.cookies.get('id'))).size).toBe(12);
    expect(await host.rows.sessionsOf(person.id)).toHaveLength(12);
  });

  it('requests in the second half of a session: one extension, and a logout is final', async () => {
    const person = await host.people.person();
    const visitor = await host.people.signIn(person);
    const stolen = visitor.twin();
    await host.rows.update('sso_session', { user_id: person.id }, { expires_at: Date.now() + 60_000 });
    await Promise.all([...numbers(5).map(() => stolen.get('/private')), visitor.logout()]);
    expect(await stolen.isSignedIn()).toBe(false);
    expect(await host.rows.sessionsOf(person.id)).toEqual([]);
  });

  it('a user deleted while logging in: no session is left', async () => {
    const person = await host.people.person();
    const visitor = host.visitor();
    const [{ status }] = await Promise.all([
      visitor.login({ username: person.username, password: PASSWORD }),
      host.service.deleteUserById(person.id, host.people.caller),
    ]);
    expect(status).toBeLessThan(500);
    expect(await visitor.isSignedIn()).toBe(false);
    expect(await host.rows.sessionsOf(person.id)).toEqual([]);
  });
});
