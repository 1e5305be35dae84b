import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { expectPrivate } from '../headers/shield.js';
import { boot, type TestApplication } from '../support/application.js';
import { type FreshDatabase, databases } from '../support/databases.js';
import { expectRefused } from '../support/expectations.js';
import { hosted } from '../support/hosted.js';
import { freshUsername, OTHER_PASSWORD } from '../support/people.js';
import { type Answer, Visitor } from '../support/visitor.js';
import { boardOf, generatedIn } from './board.js';

const COOKIE = 'generated';

/** The cookie that holds the password until the next page. */
const noteIn = ({ setCookies }: Answer): string =>
  setCookies.find(({ name }) => name === COOKIE)?.value ?? '';

describe.each(databases)('a password that was made up, on $name,', (database) => {
  const host = hosted({ database });

  /** A super-user who has had a password made up for somebody, and is not on the next page yet. */
  async function scene() {
    const board = await boardOf(host);
    const path = `${board.own}/password/generate`;
    const answer = await board.send(path);
    expect([answer.status, answer.location]).toEqual([303, path]);
    return { ...board, path, note: noteIn(answer), answer };
  }

  async function opens({ username }: { username: string }, password: string): Promise<boolean> {
    return host.people.canLogIn(username, password);
  }

  it('is shown once, and reloading the page makes no other', async () => {
    const { admin, own, path, person } = await scene();
    const before = await host.rows.user(person.id);
    const page = await admin.page(path);
    const password = generatedIn(page);
    expect(password).not.toBe('');
    expect(page.setCookies.find(({ name }) => name === COOKIE)?.value).toBe('');
    for (let reload = 0; reload < 2; reload += 1) {
      const again = await admin.page(path);
      expect([again.status, again.headers.location, again.body]).toEqual([303, own, '']);
      expectPrivate(again);
    }
    const user = await admin.page(own);
    expect(user.status).toBe(200);
    expect(user.body).not.toContain(password);
    expect(await host.rows.user(person.id)).toEqual(before);
    expect(await opens(person, password)).toBe(true);
  });

  it('is shown once to whoever creates a user, and reloading the page creates no other', async () => {
    const { admin, send } = await boardOf(host);
    const username = freshUsername();
    const { location = '' } = await send('/users', { username, auto_approve: 'true' });
    const password = generatedIn(await admin.page(location));
    const again = await admin.page(location);
    expect([again.status, again.location]).toEqual([303, location.replace('/password/generate', '')]);
    expect(await host.rows.count('sso_user', { username })).toBe(1);
    expect(await opens({ username }, password)).toBe(true);
  });

  it('is in a cookie for that page alone, which tells nobody', async () => {
    const { admin, answer, note, path } = await scene();
    const kept = answer.setCookies.find(({ name }) => name === COOKIE);
    expect(kept?.attributes).toEqual({
      httponly: '',
      samesite: 'Strict',
      path,
      'max-age': '60',
    });
    const page = await admin.page(path);
    const bytes = Buffer.from(note, 'base64url').toString('latin1');
    expect(note.includes(generatedIn(page)) || bytes.includes(generatedIn(page))).toBe(false);
    const cleared = page.setCookies.find(({ name }) => name === COOKIE);
    expect(cleared?.attributes).toMatchObject({ 'max-age': '0', path });
  });

  it('stays for the page where HEAD asks before it', async () => {
    const { admin, path } = await scene();
    const head = await admin.send('HEAD', path, { headers: { accept: 'text/html' } });
    expect([head.status, head.setCookies.filter(({ name }) => name === COOKIE)]).toEqual([200, []]);
    expect(generatedIn(await admin.page(path))).not.toBe('');
  });

  it('is shown to no other session, not even of the same super-user', async () => {
    const { boss, note, own, path } = await scene();
    for (const other of [boss, await host.people.superUser()]) {
      const thief = await host.people.signIn(other, 'form');
      thief.cookies.put(COOKIE, note);
      const answer = await thief.page(path);
      expect([answer.status, answer.location, answer.body]).toEqual([303, own, '']);
    }
  });

  it('is shown to no regular user and no stranger', async () => {
    const { note, path } = await scene();
    const regular = await host.people.signIn(await host.people.person(), 'form');
    regular.cookies.put(COOKIE, note);
    expectRefused(await regular.page(path), 403, 'super_user_required');
    const stranger = host.visitor('form');
    stranger.cookies.put(COOKIE, note);
    const answer = await stranger.page(path);
    expect([answer.status, answer.location]).toEqual([303, `/login?next=${encodeURIComponent(path)}`]);
    expectRefused(await stranger.get(path), 401, 'not_authenticated');
  });

  it('is not shown for another user', async () => {
    const { admin, note } = await scene();
    const other = await host.people.person();
    admin.cookies.put(COOKIE, note);
    const answer = await admin.page(`/users/${other.id}/password/generate`);
    expect([answer.status, answer.location]).toEqual([303, `/users/${other.id}`]);
  });

  it('is not shown once it is no longer the password', async () => {
    const { admin, own, path, send } = await scene();
    const token = await send(`${own}/password`, { new_password: OTHER_PASSWORD });
    expect(token.status).toBe(303);
    const answer = await admin.page(path);
    expect([answer.status, answer.location]).toEqual([303, own]);
  });

  it.each(['', 'x', 'a'.repeat(60), '%00', '"', 'a'.repeat(3000)])(
    'is not made of an invented %j',
    async (invented) => {
      const { admin, own, path } = await scene();
      admin.cookies.put(COOKIE, invented);
      const answer = await admin.page(path);
      expect([answer.status, answer.location]).toEqual([303, own]);
    },
  );

  it('is found where an older cookie comes first', async () => {
    const { admin, note, path } = await scene();
    admin.cookies.forget(COOKIE);
    const cookie = `${COOKIE}=invented; ${COOKIE}=${note}; ${admin.cookies.header()}`;
    const headers = { accept: 'text/html', cookie };
    expect(generatedIn(await admin.send('GET', path, { headers }))).not.toBe('');
  });

  it('is in the answer to JSON, and in no cookie', async () => {
    const { admin, own } = await boardOf(host);
    const made = await admin.api('POST', `${own}/password/generate`);
    const created = await admin.api('POST', '/users', { username: freshUsername() });
    expect([made.status, created.status]).toEqual([200, 201]);
    for (const { json, setCookies } of [made, created]) {
      expect(json.password).toMatch(/.{16}/);
      expect(setCookies).toEqual([]);
    }
  });

  it('is for people alone: JSON is given the token for the form, and the page can still be opened', async () => {
    const { admin, boss, path } = await scene();
    const { status, json } = await admin.get(path);
    expect([status, json]).toEqual([200, { csrf_token: expect.any(String), username: boss.username }]);
    expect(generatedIn(await admin.page(path))).not.toBe('');
  });

  it('has a page that takes nothing but GET, HEAD and POST', async () => {
    const { admin, path } = await scene();
    for (const method of ['PUT', 'PATCH', 'DELETE']) {
      const answer = await admin.api(method, path);
      expectRefused(answer, 405, 'method_not_allowed');
      expect(answer.headers.allow).toBe('GET, HEAD, POST');
    }
  });
});

describe('the cookie of a password that was made up', () => {
  const strict = hosted({ options: { production: true, routePrefix: 'auth' } });

  it('is Secure in production, below the prefix', async () => {
    const admin = await signIn(strict, '/auth/login');
    const person = await strict.people.person();
    const path = `/auth/users/${person.id}/password/generate`;
    const answer = await admin.post(path, await admin.token('/auth/users/new'));
    expect(answer.location).toBe(path);
    const kept = answer.setCookies.find(({ name }) => name.includes(COOKIE));
    expect([kept?.name, kept?.attributes]).toEqual([
      '__Secure-generated',
      { httponly: '', secure: '', samesite: 'Strict', path, 'max-age': '60' },
    ]);
    expect(generatedIn(await admin.page(path))).not.toBe('');
  });
});

describe('the page of a password that was made up', () => {
  const host = hosted();
  afterEach(() => vi.useRealTimers());

  it('shows nothing a minute later, though the browser kept the cookie', async () => {
    const { admin, own, send } = await boardOf(host);
    await send(`${own}/password/generate`);
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 60_000 });
    const answer = await admin.page(`${own}/password/generate`);
    expect([answer.status, answer.location]).toEqual([303, own]);
  });
});

describe.each(databases)('a password that was made up in one of several processes, on $name,', (database) => {
  const secret = 'the one that all processes share, in production';
  let fresh: FreshDatabase;
  let home: TestApplication;

  beforeAll(async () => {
    fresh = await database.create(true);
    home = await boot({ fresh, options: { secret } });
  });
  afterAll(async () => {
    await home?.close();
    await fresh?.drop();
  });

  it.each([
    ['the same secret', { secret }, true],
    ['a new secret before it', { secret: ['x'.repeat(40), secret] }, true],
    ['another secret', { secret: 'y'.repeat(40) }, false],
    ['no secret set', { secret: undefined }, false],
  ])('is shown by another with %s: %j', async (_, options, isShown) => {
    const other = await boot({ fresh, options });
    try {
      const { admin, own, send } = await boardOf(home);
      const path = `${own}/password/generate`;
      await send(path);
      const there = new Visitor(other.url, 'form');
      for (const [name, value] of admin.cookies.entries()) there.cookies.put(name, value);
      const page = await there.page(path);
      expect([page.status, generatedIn(page) !== '']).toEqual(isShown ? [200, true] : [303, false]);
      if (!isShown) expect(page.location).toBe(own);
    } finally {
      await other.close();
    }
  });
});

async function signIn({ people, url }: TestApplication, path: string): Promise<Visitor> {
  const { username, password } = await people.superUser();
  const visitor = new Visitor(url, 'form');
  const answer = await visitor.login({ username, password }, path);
  expect(answer.status).toBe(303);
  return visitor;
}
