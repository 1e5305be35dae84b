import { describe, expect, it } from 'vitest';
import { expectDone } from '../support/expectations.js';
import { hosted } from '../support/hosted.js';
import { attributeOf, inputIn, linksIn, withoutOwnScript } from '../support/page.js';
import { freshUsername, OTHER_PASSWORD, PASSWORD } from '../support/people.js';
import { type Answer, clients, HTML } from '../support/visitor.js';

const foreign = [
  'https://evil.example/',
  'http://evil.example',
  '//evil.example',
  '//evil.example/private',
  '/.//evil.example',
  '/..//evil.example',
  '/a/..//evil.example',
  '/%2e//evil.example',
  '///evil.example',
  '////evil.example',
  '/\\evil.example',
  '\\\\evil.example',
  '\\/evil.example',
  '/\t/evil.example',
  '\t//evil.example',
  '/\n/evil.example',
  ' //evil.example',
  'https:evil.example',
  'https:/evil.example',
  'http:///evil.example',
  'javascript:alert(1)',
  'JAVASCRIPT:alert(1)',
  'java\nscript:alert(1)',
  'data:text/html,<script>alert(1)</script>',
  'vbscript:x',
  'mailto:a@evil.example',
  'https://{host}@evil.example/',
  'https://{host}.evil.example/',
  'https://{host}/',
  'http://127.0.0.1/',
  'http://{host}@evil.example/private',
  '//{host}.evil.example',
  '//evil.example%E3%80%82com',
  'blob:https://evil.example/x',
  '/'.repeat(20) + 'evil.example',
  '\u2028//evil.example',
  'x'.repeat(9000) + '://evil.example',
];

/** Odd, but they stay where they are. */
const harmless = [
  '/%09/evil.example',
  '/%5cevil.example',
  '@evil.example',
  '.evil.example',
  '/x\r\nSet-Cookie: id=1',
  '/private?to=https://evil.example',
  '/private#//evil.example',
  '/a//b',
  '',
];

/** From there, people would log in or out again. */
const back = ['/login', '/LOGIN/', '/login?next=%2Fprivate', '/logout', '/a/../logout#x'];

const own = ['/private', '/private?a=1&b=2', '/private?q=caf%C3%A9#top', '/'];

describe('the page to go to after a login', () => {
  const host = hosted();
  const filled = (next: string) => next.replaceAll('{host}', new URL(host.url).host);

  describe.each(clients)('by %s', (client) => {
    it.each(own)('is %j', async (next) => {
      const { username } = await host.people.person();
      expectDone(await host.visitor(client).login({ username, password: PASSWORD, next }), { to: next });
    });

    it('is an address of this host written in full', async () => {
      const { username } = await host.people.person();
      const next = `${host.url}/private?a=1`;
      const { location } = await host.visitor(client).login({ username, password: PASSWORD, next });
      expect(new URL(location ?? '', host.url).href).toBe(next);
    });

    it('is taken from the query too', async () => {
      const { username } = await host.people.person();
      const path = '/login?next=%2Fprivate%3Fa%3D1';
      expectDone(await host.visitor(client).login({ username, password: PASSWORD }, path), {
        to: '/private?a=1',
      });
    });

    it.each(foreign)('is never %j', async (next) => {
      const { username } = await host.people.person();
      const answer = await host.visitor(client).login({ username, password: PASSWORD, next: filled(next) });
      expectDone(answer, { to: '/' });
      expect(await host.rows.count('sso_session')).toBeGreaterThan(0);
    });

    it.each(foreign.filter((next) => next.length < 5000))('is never %j from the query', async (next) => {
      const { username } = await host.people.person();
      const path = `/login?${new URLSearchParams({ next: filled(next) })}`;
      expectDone(await host.visitor(client).login({ username, password: PASSWORD }, path), { to: '/' });
    });

    it.each(back)('does not lead back to %j', async (next) => {
      const { username } = await host.people.person();
      const query = `/login?${new URLSearchParams({ next })}`;
      expectDone(await host.visitor(client).login({ username, password: PASSWORD, next }), { to: '/' });
      expectDone(await host.visitor(client).login({ username, password: PASSWORD }, query), { to: '/' });
    });

    it.each(harmless)('stays on this host for %j', async (next) => {
      const { username } = await host.people.person();
      const answer = await host.visitor(client).login({ username, password: PASSWORD, next });
      expect(answer.status).toBe(client === 'form' ? 303 : 200);
      expect(new URL(answer.location ?? '', `${host.url}/login`).origin).toBe(host.url);
      expect(answer.setCookies.map(({ value }) => value)).not.toContain('1');
    });

    it('is not asked for by a list in the query', async () => {
      const { username } = await host.people.person();
      for (const query of [
        'next[]=/private',
        'next=/private&next=//evil.example',
        'next[a]=//evil.example',
      ]) {
        const answer = await host.visitor(client).login({ username, password: PASSWORD }, `/login?${query}`);
        expect([200, 303, 422]).toContain(answer.status);
        if (answer.location) expect(new URL(answer.location, host.url).origin).toBe(host.url);
      }
    });
  });

  it('is kept by a login that fails, until one succeeds', async () => {
    const { username } = await host.people.person();
    const visitor = host.visitor('form');
    const { headers } = await visitor.page('/private?a=1&b=2');
    const page = await visitor.page(headers.location ?? '');
    let next = inputIn(page.body, 'next');
    let token = inputIn(page.body, 'csrf_token');
    expect(next).toBe('/private?a=1&b=2');
    for (let round = 0; round < 2; round += 1) {
      const failed = await visitor.post('/login', { username, password: 'wrong', next, csrf_token: token });
      expect(failed.status).toBe(401);
      [next, token] = [inputIn(failed.body, 'next'), inputIn(failed.body, 'csrf_token')];
      expect(next).toBe('/private?a=1&b=2');
    }
    const done = await visitor.post('/login', { username, password: PASSWORD, next, csrf_token: token });
    expectDone(done, { to: '/private?a=1&b=2' });
  });

  it.each([
    ...foreign.filter((next) => next.length < 5000),
    '"><script>alert(1)</script>',
    "/'onfocus=alert(1) x='",
  ])('is on no page as a link or as markup: %j', async (next) => {
    const query = `/login?${new URLSearchParams({ next: filled(next) })}`;
    const { status, body } = await host.visitor('form').page(query);
    expect(status).toBe(200);
    expect(withoutOwnScript(body)).not.toContain('<script');
    for (const [tag] of body.matchAll(/<(?:a|form|link)\b[^>]*>/gi)) {
      const address = attributeOf(tag, 'href') ?? attributeOf(tag, 'action') ?? '';
      expect(new URL(address, `${host.url}/login`).origin).toBe(host.url);
    }
  });

  it('is kept by registration, and by the way there and back', async () => {
    const visitor = host.visitor('form');
    const path = '/private?a=1&b=2';
    const next = `?next=${encodeURIComponent(path)}`;
    const username = freshUsername();
    expect(linksIn((await visitor.page(`/login${next}`)).body)).toContain(`/register${next}`);
    expect(linksIn((await visitor.page(`/register${next}`)).body)).toContain(`/login${next}`);
    const fields = { username, password: PASSWORD, confirm_password: PASSWORD };
    const token = await visitor.token(`/register${next}`);
    const failed = await visitor.post(`/register${next}`, { ...fields, confirm_password: '', ...token });
    expect(failed.status).toBe(422);
    const [form = ''] = /<form\b[^>]*>/.exec(failed.body) ?? [];
    const action = attributeOf(form, 'action') ?? '';
    expect(action).toBe(`/register${next}`);
    const registered = await visitor.post(action, { ...fields, ...token });
    expectDone(registered, { to: `/login${next}` });
    const page = await visitor.page(registered.location ?? '');
    const login = { username, password: PASSWORD, next: inputIn(page.body, 'next') };
    expectDone(await visitor.post('/login', { ...login, ...token }), { to: path });
  });

  it('is kept by a registration in JSON, within this host only', async () => {
    const register = (next: string) => {
      const fields = { username: freshUsername(), password: PASSWORD, confirm_password: PASSWORD };
      return host.visitor().api('POST', `/register?${new URLSearchParams({ next })}`, fields);
    };
    expectDone(await register('/private'), { to: '/login?next=%2Fprivate', status: 201 });
    for (const next of foreign.filter((one) => one.length < 5000)) {
      expectDone(await register(filled(next)), { to: '/login', status: 201 });
    }
  });

  describe('is not remembered where a Location would have 2 kB', () => {
    const long = [`/private?a=${'x'.repeat(1990)}`, `/private?a=${'&'.repeat(900)}`, `/${'é'.repeat(700)}`];

    const expectShort = ({ location }: Answer) => expect(location?.length).toBeLessThanOrEqual(2000);

    it('by the page that a stranger opens', async () => {
      const kept = `/private?a=${'x'.repeat(1900)}`;
      const { location } = await host.visitor('form').page(kept);
      expect(location).toBe(`/login?next=${encodeURIComponent(kept)}`);
      for (const query of ['x'.repeat(2000), '&'.repeat(700), 'x'.repeat(9000)]) {
        expect((await host.visitor('form').page(`/private?a=${query}`)).location).toBe('/login');
      }
    });

    it.each(clients)('by a login, by %s', async (client) => {
      for (const next of long) {
        const { username } = await host.people.person();
        const answer = await host.visitor(client).login({ username, password: PASSWORD, next });
        expect([303, 200]).toContain(answer.status);
        expectShort(answer);
      }
    });

    it.each(clients)(
      'by a login that has to change the password first, and by the change, by %s',
      async (client) => {
        for (const next of [...long, `/private?a=${'&'.repeat(600)}`]) {
          const { id, username } = await host.people.person();
          await host.rows.update('sso_user', { id }, { password_must_change: true });
          const visitor = host.visitor(client);
          const login = await visitor.login({ username, password: PASSWORD, next });
          expectShort(login);
          const changed = await visitor.submit(`/change-password?${new URLSearchParams({ next })}`, {
            old_password: PASSWORD,
            new_password: OTHER_PASSWORD,
            confirm_new_password: OTHER_PASSWORD,
          });
          expect([303, 200]).toContain(changed.status);
          expectShort(changed);
        }
      },
    );
  });

  it('is nowhere else than on this host when a password must be changed first', async () => {
    const { id, username } = await host.people.person();
    await host.rows.update('sso_user', { id }, { password_must_change: true });
    for (const next of foreign) {
      const visitor = host.visitor('form');
      const login = await visitor.login({ username, password: PASSWORD, next: filled(next) });
      const address = new URL(login.headers.location ?? '', host.url);
      expect([address.origin, address.pathname]).toEqual([host.url, '/change-password']);
      expect(address.searchParams.get('next') ?? '/').toBe('/');
    }
    const visitor = host.visitor('form');
    await visitor.login({ username, password: PASSWORD });
    const changed = await visitor.submit('/change-password?next=//evil.example', {
      old_password: PASSWORD,
      new_password: OTHER_PASSWORD,
      confirm_new_password: OTHER_PASSWORD,
    });
    expect(changed.status).toBe(303);
    expect(new URL(changed.headers.location ?? '', host.url).origin).toBe(host.url);
  });

  it('is not read by logout', async () => {
    const visitor = await host.people.signIn(await host.people.person(), 'form');
    const answer = await visitor.submit('/logout?next=//evil.example', {});
    expectDone(answer, { to: '/login' });
  });

  it('is the page a stranger was on, safe to put into an address', async () => {
    for (const [path, next] of [
      ['/private', '/private'],
      ['/private?a=1&b=%26', '/private?a=1&b=%26'],
      ['/private?x=//evil.example', '/private?x=//evil.example'],
    ] as const) {
      const { status, headers } = await host.visitor().send('GET', path, { headers: { accept: HTML } });
      expect(status).toBe(303);
      const address = new URL(headers.location ?? '', host.url);
      expect(address.origin).toBe(host.url);
      expect(address.pathname).toBe('/login');
      expect(address.searchParams.get('next')).toBe(next);
    }
  });
});
