import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { databases } from '../support/databases.js';
import { expectDone, expectRefused } from '../support/expectations.js';
import { hosted } from '../support/hosted.js';
import { PASSWORD } from '../support/people.js';
import { clients } from '../support/visitor.js';

describe.each(databases)('a login and the session before it on $name', (database) => {
  const host = hosted({ database });

  describe.each(clients)('by %s', (client) => {
    it('ends the session that the cookie named, and no other', async () => {
      const person = await host.people.person();
      const elsewhere = await host.people.signIn(person);
      const visitor = await host.people.signIn(person, client);
      const former = visitor.twin();

      expectDone(await visitor.login({ username: person.username, password: PASSWORD }), { to: '/' });

      expect(visitor.cookies.get('id')).not.toBe(former.cookies.get('id'));
      expect(await visitor.isSignedIn()).toBe(true);
      expect(await former.isSignedIn()).toBe(false);
      expect(await elsewhere.isSignedIn()).toBe(true);
      expect(await host.rows.sessionsOf(person.id)).toHaveLength(2);
    });

    it('ends the session of another user that the cookie named', async () => {
      const [first, second] = [await host.people.person(), await host.people.person()];
      const visitor = await host.people.signIn(first, client);
      const former = visitor.twin();

      expectDone(await visitor.login({ username: second.username, password: PASSWORD }), { to: '/' });

      expect((await visitor.get('/session')).json.user?.user_id).toBe(second.id);
      expect(await former.isSignedIn()).toBe(false);
      expect(await host.rows.sessionsOf(first.id)).toEqual([]);
    });

    it('leaves the session alone when the password was wrong', async () => {
      const person = await host.people.person();
      const visitor = await host.people.signIn(person, client);
      const token = visitor.cookies.get('id');
      const answer = await visitor.login({ username: person.username, password: 'not this one' });
      expectRefused(answer, 401, 'invalid_credentials');
      expect(visitor.cookies.get('id')).toBe(token);
      expect(await visitor.isSignedIn()).toBe(true);
    });

    it('never adopts a token that somebody invented', async () => {
      const { id, username } = await host.people.person();
      const invented = randomBytes(32).toString('base64url');
      const visitor = host.visitor(client);
      visitor.cookies.put('id', invented);

      expectDone(await visitor.login({ username, password: PASSWORD }), { to: '/' });

      expect(visitor.cookies.get('id')).not.toBe(invented);
      const attacker = host.visitor();
      attacker.cookies.put('id', invented);
      expect(await attacker.isSignedIn()).toBe(false);
      expect(await host.rows.sessionsOf(id)).toHaveLength(1);
    });

    it('gives the cookie of before the login no session', async () => {
      const { username } = await host.people.person();
      const visitor = host.visitor(client);
      await visitor.page('/login');
      const before = visitor.twin();
      expectDone(await visitor.login({ username, password: PASSWORD }), { to: '/' });
      expect(await before.isSignedIn()).toBe(false);
    });

    it('shows the page to somebody who is signed in already', async () => {
      const visitor = await host.people.signIn(await host.people.person(), client);
      const page = await visitor.page('/login');
      expect(page.status).toBe(200);
      expect(page.body).toContain('name="password"');
      expect(await visitor.isSignedIn()).toBe(true);
    });
  });
});
