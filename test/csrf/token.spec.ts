import { describe, expect, it } from 'vitest';
import { expectDone, expectNoSessionCookie, expectRefused } from '../support/expectations.js';
import { hosted } from '../support/hosted.js';
import { inputIn } from '../support/page.js';
import { freshUsername, OTHER_PASSWORD, PASSWORD } from '../support/people.js';
import { JSON_TYPE, type Fields } from '../support/visitor.js';

const change = { old_password: PASSWORD, new_password: OTHER_PASSWORD, confirm_new_password: OTHER_PASSWORD };

describe('the token of a form', () => {
  const host = hosted();

  it('is new on the page that says so, and lets the second attempt through', async () => {
    const { username } = await host.people.person();
    const visitor = host.visitor('form');
    const refused = await visitor.post('/login', { username, password: PASSWORD });
    expectRefused(refused, 403, 'csrf_failed');
    const token = inputIn(refused.body, 'csrf_token');
    expectDone(await visitor.post('/login', { username, password: PASSWORD, csrf_token: token }), {
      to: '/',
    });
  });

  it.each([
    ['missing', () => ({})],
    ['empty', () => ({ csrf_token: '' })],
    ['invented', () => ({ csrf_token: 'a'.repeat(64) })],
    ['invented with a dot', () => ({ csrf_token: `${'a'.repeat(64)}.${'b'.repeat(64)}` })],
    ['cut short', (token: string) => ({ csrf_token: token.slice(0, -1) })],
    [
      'changed in one character',
      (token: string) => ({ csrf_token: (token.startsWith('a') ? 'b' : 'a') + token.slice(1) }),
    ],
    ['enormous', () => ({ csrf_token: 'a'.repeat(5000) })],
  ] as [string, (token: string) => Fields][])('that is %s lets nothing through', async (_, spoil) => {
    const person = await host.people.person();
    const visitor = await host.people.signIn(person, 'form');
    const username = freshUsername();
    for (const [path, fields] of [
      ['/login', { username: person.username, password: PASSWORD }],
      ['/register', { username, password: PASSWORD, confirm_password: PASSWORD }],
      ['/change-password', change],
      ['/logout', {}],
    ] as const) {
      const token = inputIn((await visitor.page(path)).body, 'csrf_token') ?? '';
      expect(token).not.toBe('');
      const answer = await visitor.post(path, { ...fields, ...spoil(token) });
      expectRefused(answer, 403, 'csrf_failed');
      expectNoSessionCookie(answer);
    }
    expect(await visitor.isSignedIn()).toBe(true);
    expect(await host.rows.count('sso_user', { username })).toBe(0);
    expect(await host.people.canLogIn(person.username, PASSWORD)).toBe(true);
  });

  it('of another session lets nothing through', async () => {
    const [mine, theirs] = [await host.people.person(), await host.people.person()];
    const attacker = await host.people.signIn(mine, 'form');
    const victim = await host.people.signIn(theirs, 'form');
    await victim.page('/change-password');
    const token = await attacker.token('/change-password');
    expectRefused(await victim.post('/change-password', { ...change, ...token }), 403, 'csrf_failed');
    expect(await host.people.canLogIn(theirs.username, PASSWORD)).toBe(true);
  });

  it('of another session lets nothing through even when its cookie was tossed in', async () => {
    const theirs = await host.people.person();
    const attacker = await host.people.signIn(await host.people.person(), 'form');
    const token = await attacker.token('/change-password');
    const victim = await host.people.signIn(theirs, 'form');
    for (const [name, value] of attacker.cookies.entries()) {
      if (name !== 'id') victim.cookies.put(name, value);
    }
    expectRefused(await victim.post('/change-password', { ...change, ...token }), 403, 'csrf_failed');
    expect(await host.people.canLogIn(theirs.username, PASSWORD)).toBe(true);
  });

  it('from before the login lets nothing through after it', async () => {
    const person = await host.people.person();
    const visitor = host.visitor('form');
    const before = await visitor.token('/login');
    const tossed = visitor.cookies.entries();
    expectDone(await visitor.post('/login', { username: person.username, password: PASSWORD, ...before }), {
      to: '/',
    });
    expectRefused(await visitor.post('/change-password', { ...change, ...before }), 403, 'csrf_failed');
    for (const [name, value] of tossed) visitor.cookies.put(name, value);
    expectRefused(await visitor.post('/change-password', { ...change, ...before }), 403, 'csrf_failed');
    expect(await host.people.canLogIn(person.username, PASSWORD)).toBe(true);
  });

  it('of one browser lets no other one log in', async () => {
    const { username } = await host.people.person();
    const token = await host.visitor('form').token('/login');
    const victim = host.visitor('form');
    const answer = await victim.post('/login', { username, password: PASSWORD, ...token });
    expectRefused(answer, 403, 'csrf_failed');
    expectNoSessionCookie(answer);
  });

  it('counts in the body only', async () => {
    const { username } = await host.people.person();
    const visitor = host.visitor('form');
    const token = String((await visitor.token('/login')).csrf_token);
    const fields = { username, password: PASSWORD };
    const answer = await visitor.post(`/login?csrf_token=${encodeURIComponent(token)}`, fields);
    expectRefused(answer, 403, 'csrf_failed');
  });

  it('is asked of a form even when no browser header is sent', async () => {
    const { username } = await host.people.person();
    const answer = await host.visitor().send('POST', '/login', {
      headers: { accept: 'text/html', 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ username, password: PASSWORD }).toString(),
    });
    expectRefused(answer, 403, 'csrf_failed');
    expectNoSessionCookie(answer);
  });

  it('is not asked of JSON', async () => {
    const { username } = await host.people.person();
    for (const headers of [{}, { origin: host.url, 'sec-fetch-site': 'same-origin' }]) {
      const { status } = await host
        .visitor()
        .api('POST', '/login', { username, password: PASSWORD }, headers);
      expect(status).toBe(200);
    }
  });

  it('cannot be spared by calling a form JSON', async () => {
    const { username } = await host.people.person();
    for (const type of [
      'text/plain',
      'text/plain; application/json',
      'application/x-www-form-urlencoded; application/json',
    ]) {
      const answer = await host.visitor().send('POST', '/login', {
        headers: { 'content-type': type, accept: JSON_TYPE },
        body: JSON.stringify({ username, password: PASSWORD }),
      });
      expect([400, 403, 415, 422]).toContain(answer.status);
      expectNoSessionCookie(answer);
    }
  });
});

describe('a secret that was replaced', () => {
  const former = 'the former secret, longer than thirty-two characters';
  const old = hosted({ options: { secret: former } });
  const rotated = hosted({
    options: { secret: ['the new secret, longer than thirty-two characters', former] },
  });
  const replaced = hosted({ options: { secret: 'the new secret, longer than thirty-two characters' } });

  it('verifies as long as it is listed', async () => {
    const visitor = old.visitor('form');
    const token = await visitor.token('/login');
    for (const [host, status] of [
      [rotated, 401],
      [replaced, 403],
    ] as const) {
      const browser = host.visitor('form');
      for (const [name, value] of visitor.cookies.entries()) browser.cookies.put(name, value);
      expect((await browser.post('/login', { username: 'zoe', password: 'x', ...token })).status).toBe(
        status,
      );
    }
  });
});
