import { describe, expect, it } from 'vitest';
import { counted } from '../attack/hasher-work.js';
import { databases } from '../support/databases.js';
import { expectDone, expectNoSessionCookie, expectRefused } from '../support/expectations.js';
import { hosted } from '../support/hosted.js';
import { freshUsername, OTHER_PASSWORD, PASSWORD, type Person, THIRD_PASSWORD } from '../support/people.js';
import { clients } from '../support/visitor.js';

const ONE_VERIFICATION = { verifications: 1, hashes: 0 };

describe.each(databases)('an account without a password on $name', (database) => {
  const host = hosted({ database });

  /** Somebody whose password is taken away, while sessions go on. */
  async function withoutPassword(person: Person): Promise<void> {
    await host.rows.update('sso_user', { id: person.id }, { password_hash: null });
  }

  describe.each(clients)('by %s', (client) => {
    it('is entered with no password, and answers as for a name that nobody has', async () => {
      const person = await host.people.person();
      await withoutPassword(person);
      for (const password of [PASSWORD, 'null', 'undefined', '!', ' ']) {
        const works = [person.username, freshUsername()].map(async (username) => {
          const visitor = host.visitor(client);
          const token = client === 'form' ? await visitor.token('/login') : {};
          return { visitor, fields: { username, password, ...token } };
        });
        for (const work of works) {
          const { visitor, fields } = await work;
          const { result, verifications, hashes } = await counted(() =>
            client === 'form' ? visitor.post('/login', fields) : visitor.api('POST', '/login', fields),
          );
          expectRefused(result, 401, 'invalid_credentials');
          expectNoSessionCookie(result);
          expect({ verifications, hashes }).toEqual(ONE_VERIFICATION);
        }
      }
      expect(await host.rows.sessionsOf(person.id)).toEqual([]);
    });

    it('is given none by somebody who has a session: whatever they type for the old one is wrong', async () => {
      const person = await host.people.person();
      const visitor = await host.people.signIn(person, client);
      await withoutPassword(person);
      for (const oldPassword of [PASSWORD, 'null', '!']) {
        expectRefused(await visitor.changePassword(oldPassword, OTHER_PASSWORD), 422, 'incorrect_password');
      }
      expect((await host.rows.user(person.id)).password_hash).toBeNull();
      expect(await visitor.isSignedIn()).toBe(true);
    });

    it('gets one from a super-user, with no former one to remember', async () => {
      const person = await host.people.person();
      await withoutPassword(person);
      const fields = { newPassword: OTHER_PASSWORD, userId: person.id, mustChange: false };
      await host.service.changePassword(fields, host.people.caller);
      expect(await host.rows.count('sso_password_history', { user_id: person.id })).toBe(0);
      const visitor = host.visitor(client);
      expectDone(await visitor.login({ username: person.username, password: OTHER_PASSWORD }), { to: '/' });
      expectDone(await visitor.changePassword(OTHER_PASSWORD, THIRD_PASSWORD), { to: '/login' });
      expect(await host.rows.count('sso_password_history', { user_id: person.id })).toBe(1);
    });
  });

  it('costs the check of an old password one verification, as a wrong one does', async () => {
    const works: object[] = [];
    for (const take of [false, true]) {
      const person = await host.people.person();
      const visitor = await host.people.signIn(person);
      if (take) await withoutPassword(person);
      const { verifications, hashes } = await counted(() =>
        visitor.changePassword('not this one', OTHER_PASSWORD),
      );
      works.push({ verifications, hashes });
    }
    expect(works).toEqual([ONE_VERIFICATION, ONE_VERIFICATION]);
  });

  it('is used by its sessions as any other, and shown to super-users without a word of it', async () => {
    const person = await host.people.person();
    const visitor = await host.people.signIn(person);
    await withoutPassword(person);
    expect((await visitor.get('/private')).status).toBe(200);
    const admin = await host.people.signIn(await host.people.superUser());
    const { json } = await admin.get(`/users/${person.id}`);
    expect(json).toMatchObject({ username: person.username, is_active: true });
    expect(Object.keys(json).filter((name) => name.includes('hash'))).toEqual([]);
  });
});
