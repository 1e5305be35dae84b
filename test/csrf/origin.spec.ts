import type { OutgoingHttpHeaders } from 'node:http';
import { describe, expect, it } from 'vitest';
import { expectNoSessionCookie, expectRefused } from '../support/expectations.js';
import { hosted } from '../support/hosted.js';
import { freshUsername, OTHER_PASSWORD, PASSWORD } from '../support/people.js';
import { clients, type Visitor } from '../support/visitor.js';

/** `{own}` stands for the origin of the host. */
const matrix: [allowed: boolean, headers: Record<string, string>][] = [
  [true, {}],
  [true, { origin: '{own}' }],
  [true, { 'sec-fetch-site': 'same-origin' }],
  [true, { 'sec-fetch-site': 'none' }],
  [true, { 'sec-fetch-site': 'same-origin', origin: '{own}' }],
  [true, { origin: 'https://friend.example' }],
  [true, { origin: 'https://friend.example', 'sec-fetch-site': 'cross-site' }],
  [false, { 'sec-fetch-site': 'cross-site' }],
  [false, { 'sec-fetch-site': 'same-site' }],
  [false, { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }],
  [false, { 'sec-fetch-site': 'same-site', origin: 'http://sub.127.0.0.1' }],
  [false, { 'sec-fetch-site': 'something-new', origin: 'https://evil.example' }],
  [false, { origin: 'null' }],
  [false, { origin: 'https://evil.example' }],
  [false, { origin: '{own}.evil.example' }],
  [false, { origin: '{own}0' }],
  [false, { origin: 'http://127.0.0.1' }],
  [false, { origin: 'https://friend.example.evil.example' }],
  [false, { origin: 'http://friend.example' }],
  [false, { origin: 'https://friend.example:8443' }],
  [false, { origin: 'https://FRIEND.example@evil.example' }],
  [false, { origin: '' }],
  [false, { origin: 'null', 'sec-fetch-site': 'cross-site' }],
  [false, { origin: 'file://' }],
  [false, { origin: 'https://evil.example', referer: '{own}/login' }],
];

describe('a request from another site', () => {
  const host = hosted({ options: { trustedOrigins: ['https://friend.example'] } });

  function own(headers: Record<string, string>): OutgoingHttpHeaders {
    return Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, value.replace('{own}', host.url)]),
    );
  }

  /** As the client sends it, but with these headers instead of a browser's own. */
  async function submit(visitor: Visitor, path: string, fields: object, headers: OutgoingHttpHeaders) {
    if (visitor.client === 'json') return visitor.api('POST', path, fields, headers);
    const sent = { ...fields, ...(await visitor.token(path)) };
    return visitor.send('POST', path, {
      headers: { accept: 'text/html', 'content-type': 'application/x-www-form-urlencoded', ...headers },
      body: new URLSearchParams(sent as Record<string, string>).toString(),
    });
  }

  describe.each(clients)('by %s', (client) => {
    it.each(matrix)('login: allowed %s with %j', async (allowed, headers) => {
      const { id, username } = await host.people.person();
      const visitor = host.visitor(client);
      const answer = await submit(visitor, '/login', { username, password: PASSWORD }, own(headers));
      if (allowed) {
        expect(answer.status).toBe(client === 'form' ? 303 : 200);
        expect(await visitor.isSignedIn()).toBe(true);
      } else {
        expectRefused(answer, 403, 'csrf_failed');
        expectNoSessionCookie(answer);
        expect(await host.rows.sessionsOf(id)).toEqual([]);
      }
    });

    it.each(matrix.filter(([allowed]) => !allowed))(
      'nothing is done: allowed %s with %j',
      async (_, headers) => {
        const person = await host.people.person();
        const visitor = await host.people.signIn(person, client);
        const username = freshUsername();
        for (const [path, fields] of [
          ['/logout', {}],
          ['/register', { username, password: PASSWORD, confirm_password: PASSWORD }],
          [
            '/change-password',
            { old_password: PASSWORD, new_password: OTHER_PASSWORD, confirm_new_password: OTHER_PASSWORD },
          ],
        ] as const) {
          expectRefused(await submit(visitor, path, fields, own(headers)), 403, 'csrf_failed');
        }
        expect(await visitor.isSignedIn()).toBe(true);
        expect(await host.rows.count('sso_user', { username })).toBe(0);
        expect(await host.people.canLogIn(person.username, PASSWORD)).toBe(true);
      },
    );
  });

  it.each([
    ['POST', '/sessions/revoke-others'],
    ['DELETE', '/sessions/:session'],
    ['POST', '/sessions/:session/revoke'],
    ['POST', '/users'],
    ['PATCH', '/users/:user'],
    ['DELETE', '/users/:user'],
    ['POST', '/users/:user/password'],
    ['POST', '/users/:user/lock'],
    ['DELETE', '/users/:user/sessions'],
  ])('%s %s is refused as well', async (method, path) => {
    const person = await host.people.person();
    const other = await host.people.signIn(person);
    const boss = await host.people.superUser();
    const admin = await host.people.signIn(boss);
    const [session] = await host.rows.sessionsOf(boss.id);
    const address = path.replace(':user', person.id).replace(':session', String(session?.id));
    const before = await host.rows.all('sso_user');
    for (const headers of [
      { origin: 'https://evil.example' },
      { 'sec-fetch-site': 'cross-site' },
      { origin: 'null' },
    ]) {
      const fields = method === 'DELETE' ? undefined : {};
      expectRefused(await admin.api(method, address, fields, headers), 403, 'csrf_failed');
    }
    expect(await host.rows.all('sso_user')).toEqual(before);
    expect(await other.isSignedIn()).toBe(true);
    expect(await admin.isSignedIn()).toBe(true);
  });

  it('may read pages: a link from elsewhere leads to the login', async () => {
    const headers = { accept: 'text/html', 'sec-fetch-site': 'cross-site' };
    expect((await host.visitor().send('GET', '/login', { headers })).status).toBe(200);
  });

  it('is refused before the fields, the method and the session are looked at', async () => {
    const headers = { origin: 'https://evil.example' };
    expectRefused(await host.visitor().api('POST', '/change-password', {}, headers), 403, 'csrf_failed');
    expectRefused(await host.visitor().api('POST', '/login', { username: 1 }, headers), 403, 'csrf_failed');
  });

  it('gets no permission to read answers', async () => {
    const { headers } = await host
      .visitor()
      .send('GET', '/session', { headers: { origin: 'https://evil.example' } });
    expect(headers['access-control-allow-origin']).toBeUndefined();
  });
});
