import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { databases } from '../support/databases.js';
import { expectDone, expectRefused } from '../support/expectations.js';
import { hosted } from '../support/hosted.js';
import { OTHER_PASSWORD, PASSWORD } from '../support/people.js';
import { clients, type Client, type Visitor } from '../support/visitor.js';

const change = {
  old_password: PASSWORD,
  new_password: OTHER_PASSWORD,
  confirm_new_password: OTHER_PASSWORD,
};

describe.each(databases)('two cookies of our name on $name', (database) => {
  const host = hosted({ database, options: { throttle: {} } });

  /** A browser in which older cookies were left for a longer path, so that they are sent before those of ours. */
  function withLeftOvers(visitor: Visitor, id = randomBytes(32).toString('base64url')): Visitor {
    const own = visitor.cookies.header.bind(visitor.cookies);
    const leftOver = ['id=elsewhere', `id=${id}`, `csrf=${'a'.repeat(64)}.${'b'.repeat(64)}`, 'device=x'];
    visitor.cookies.header = () => [...leftOver, own()].filter(Boolean).join('; ');
    return visitor;
  }

  describe.each(clients)('by %s', (client: Client) => {
    it('do not keep a person from logging in, changing the password and logging out', async () => {
      const { id, username } = await host.people.person();
      const visitor = withLeftOvers(host.visitor(client));
      expectDone(await visitor.submit('/login', { username, password: PASSWORD }), { to: '/' });
      expect((await visitor.get('/private')).json).toEqual({ username });
      expectDone(await visitor.submit('/change-password', change), { to: '/login' });
      expect(await host.rows.sessionsOf(id)).toEqual([]);
      expectDone(await visitor.submit('/login', { username, password: OTHER_PASSWORD }), { to: '/' });
      expect(await host.rows.sessionsOf(id)).toHaveLength(1);
      expectDone(await visitor.logout(), { to: '/login' });
      expect(await host.rows.sessionsOf(id)).toEqual([]);
    });

    it('are both ended by a login and by a logout, where both are of live sessions', async () => {
      for (const end of ['login', 'logout'] as const) {
        const person = await host.people.person();
        const other = await host.people.signIn(person);
        const visitor = withLeftOvers(await host.people.signIn(person, client), other.cookies.get('id'));
        const fields = end === 'login' ? { username: person.username, password: PASSWORD } : {};
        const answer = await visitor.submit(`/${end}`, fields);
        expect(answer.status).toBe(client === 'form' ? 303 : 200);
        expect(await other.isSignedIn()).toBe(false);
        expect(await host.rows.sessionsOf(person.id)).toHaveLength(end === 'login' ? 1 : 0);
      }
    });
  });

  it('let a form through that was opened before, in another tab', async () => {
    const { username } = await host.people.person();
    const visitor = withLeftOvers(host.visitor('form'));
    const first = await visitor.token('/login');
    expect(await visitor.token('/login')).toEqual(first);
    expectDone(await visitor.post('/login', { username, password: PASSWORD, ...first }), { to: '/' });
  });

  it('do not carry a token of a form over a login', async () => {
    const person = await host.people.person();
    const visitor = withLeftOvers(host.visitor('form'));
    const early = await visitor.token('/login');
    await visitor.submit('/login', { username: person.username, password: PASSWORD });
    expectRefused(await visitor.post('/change-password', { ...change, ...early }), 403, 'csrf_failed');
  });

  it('do not hide that a browser has signed in before', async () => {
    const { username } = await host.people.person();
    const owner = withLeftOvers(host.visitor());
    await owner.login({ username, password: PASSWORD });
    for (let guess = 0; guess < 10; guess += 1) await host.visitor().login({ username, password: 'wrong' });
    expectRefused(await host.visitor().login({ username, password: PASSWORD }), 429, 'too_many_attempts');
    expectDone(await owner.login({ username, password: PASSWORD }), { to: '/' });
  });

  it('are no more than eight: a flood of them is not looked up', async () => {
    const visitor = await host.people.signIn(await host.people.person());
    const invented = Array.from({ length: 60 }, () => `id=${randomBytes(32).toString('base64url')}`);
    const cookie = [...invented, visitor.cookies.header()].join('; ');
    expectRefused(
      await host.visitor().send('GET', '/session', { headers: { cookie } }),
      401,
      'not_authenticated',
    );
  });
});
