import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { databases } from '../support/databases.js';
import {
  expectDone,
  expectNoSessionCookie,
  expectRefused,
  expectSessionCookieCleared,
} from '../support/expectations.js';
import { hosted } from '../support/hosted.js';
import { clients, FORM_TYPE, HTML } from '../support/visitor.js';

describe.each(databases)('logout on $name', (database) => {
  const host = hosted({ database });

  describe.each(clients)('by %s', (client) => {
    it('deletes the session, clears the cookie and leaves other sessions alone', async () => {
      const person = await host.people.person();
      const elsewhere = await host.people.signIn(person);
      const visitor = await host.people.signIn(person, client);
      const stolen = visitor.twin();

      const answer = await visitor.logout();

      expectDone(answer, { to: '/login' });
      expectSessionCookieCleared(answer);
      expect(answer.headers['clear-site-data']).toBeUndefined();
      expect(await stolen.isSignedIn()).toBe(false);
      expect((await stolen.get('/private')).status).toBe(401);
      expect(await elsewhere.isSignedIn()).toBe(true);
      expect(await host.rows.sessionsOf(person.id)).toHaveLength(1);
    });

    it('is fine with a cookie that no session knows', async () => {
      for (const value of [randomBytes(32).toString('base64url'), 'nonsense', '%F0%9F']) {
        const visitor = host.visitor(client);
        visitor.cookies.put('id', value);
        const answer = await visitor.logout();
        expectDone(answer, { to: '/login' });
        expectSessionCookieCleared(answer);
      }
    });

    it('is fine a second time with the same cookie', async () => {
      const visitor = await host.people.signIn(await host.people.person(), client);
      const stale = visitor.twin();
      await visitor.logout();
      expectDone(await stale.logout(), { to: '/login' });
    });

    it('refuses a visitor without a cookie', async () => {
      const answer = await host.visitor(client).logout();
      expectRefused(answer, 401, 'not_authenticated');
      expectNoSessionCookie(answer);
    });
  });

  it('needs no body', async () => {
    const visitor = await host.people.signIn(await host.people.person());
    expectDone(await visitor.api('POST', '/logout'), { to: '/login' });
    expect(await visitor.isSignedIn()).toBe(false);
  });

  it.each(['GET', 'HEAD'])('never happens by %s', async (method) => {
    const visitor = await host.people.signIn(await host.people.person(), 'form');
    const { status, body } = await visitor.send(method, '/logout', { headers: { accept: HTML } });
    expect(status).toBe(200);
    if (method === 'GET') {
      expect(body).toMatch(/<form\b[^>]*\bmethod="post"/i);
      expect(body).toMatch(/<button\b/i);
    }
    expect(await visitor.isSignedIn()).toBe(true);
  });

  it('does not happen without the token of the page', async () => {
    const visitor = await host.people.signIn(await host.people.person(), 'form');
    expectRefused(await visitor.post('/logout', {}), 403, 'csrf_failed');
    expect(await visitor.isSignedIn()).toBe(true);
  });

  it('does not happen from another site', async () => {
    const visitor = await host.people.signIn(await host.people.person());
    const headers = { accept: HTML, 'content-type': FORM_TYPE, origin: 'https://evil.example' };
    expectRefused(await visitor.send('POST', '/logout', { headers, body: '' }), 403, 'csrf_failed');
    expect(await visitor.isSignedIn()).toBe(true);
  });
});

describe('the options of logout', () => {
  const host = hosted({
    options: { logout: { redirectTo: '/bye', clearSiteData: ['cache', 'storage'] } },
  });

  it.each(clients)('say where it leads to and what the browser forgets, by %s', async (client) => {
    const visitor = await host.people.signIn(await host.people.person(), client);
    const answer = await visitor.logout();
    expectDone(answer, { to: '/bye' });
    expect(answer.headers['clear-site-data']).toBe('"cache", "storage"');
  });
});
