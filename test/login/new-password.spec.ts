import { describe, expect, it } from 'vitest';
import { databases } from '../support/databases.js';
import { expectDone, expectNoSessionCookie, expectRefused } from '../support/expectations.js';
import { hosted } from '../support/hosted.js';
import { OTHER_PASSWORD, PASSWORD } from '../support/people.js';
import { clients } from '../support/visitor.js';

describe.each(databases)('a login with a new password on $name', (database) => {
  const host = hosted({ database });

  describe.each(clients)('by %s', (client) => {
    it('changes it in the same step and ends every former session', async () => {
      const person = await host.people.person();
      const { id, username } = person;
      const elsewhere = await host.people.signIn(person);
      const { password_version: version } = await host.rows.user(id);
      const visitor = host.visitor(client);

      const answer = await visitor.login({ username, password: PASSWORD, new_password: OTHER_PASSWORD });

      expectDone(answer, { to: '/' });
      expect(await visitor.isSignedIn()).toBe(true);
      expect(await elsewhere.isSignedIn()).toBe(false);
      expect((await host.rows.user(id)).password_version).toBe(Number(version) + 1);
      expect(await host.people.canLogIn(username, PASSWORD)).toBe(false);
      expect(await host.people.canLogIn(username, OTHER_PASSWORD)).toBe(true);
    });

    it.each([
      ['password_too_short', 'Tiny-7x'],
      ['password_too_long', 'long words '.repeat(24)],
      ['password_too_common', 'PASSWORD123'],
      ['password_unchanged', PASSWORD],
    ])('refuses one with %s, and opens no session', async (code, newPassword) => {
      const { id, username } = await host.people.person();
      const before = await host.rows.user(id);
      const answer = await host
        .visitor(client)
        .login({ username, password: PASSWORD, new_password: newPassword });
      expectRefused(answer, 422, code);
      expectNoSessionCookie(answer);
      expect(await host.rows.user(id)).toEqual(before);
      expect(await host.rows.sessionsOf(id)).toEqual([]);
    });

    it('refuses one that holds the user name', async () => {
      const { id, username } = await host.people.person();
      const fields = { username, password: PASSWORD, new_password: `${username} forever` };
      expectRefused(await host.visitor(client).login(fields), 422, 'password_contains_identity');
      expect(await host.rows.sessionsOf(id)).toEqual([]);
    });

    it('says nothing about it when the present password is wrong', async () => {
      const { id, username } = await host.people.person();
      const before = await host.rows.user(id);
      const fields = { username, password: 'not this one', new_password: 'short' };
      expectRefused(await host.visitor(client).login(fields), 401, 'invalid_credentials');
      expect(await host.rows.user(id)).toEqual(before);
    });
  });
});
