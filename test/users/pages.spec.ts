import { describe, expect, it } from 'vitest';
import { expectPrivate, expectShielded } from '../headers/shield.js';
import { databases } from '../support/databases.js';
import { expectRefused } from '../support/expectations.js';
import { hosted } from '../support/hosted.js';
import { inputIn, textOf } from '../support/page.js';
import { freshUsername, OTHER_PASSWORD, PASSWORD } from '../support/people.js';
import { HTML } from '../support/visitor.js';
import { actionsIn, boardOf, ticksIn } from './board.js';

const NOBODY = '00000000-0000-7000-8000-000000000000';

const pages = ['/users', '/users/new', '/users/:id', '/users/:id/password', '/users/:id/delete'];
const posts = [
  '/users',
  '/users/:id',
  '/users/:id/password',
  '/users/:id/password/generate',
  '/users/:id/sessions/revoke',
  `/users/:id/sessions/${NOBODY}/revoke`,
  '/users/:id/delete',
  '/users/:id/lock',
  '/users/:id/unlock',
  '/users/:id/approve',
  '/users/:id/reject',
];

describe.each(databases)('the pages of super-users, to whoever asks, on $name', (database) => {
  const host = hosted({ database });

  it.each(pages)('%s is a page that no cache keeps and no frame holds', async (path) => {
    const { admin, person } = await boardOf(host);
    const page = await admin.page(path.replace(':id', person.id));
    expect(page.status).toBe(200);
    expectPrivate(page);
    expectShielded(page);
    expect(page.body).not.toContain('$bcrypt');
  });

  it.each(pages)('%s leads strangers to the login, and back', async (path) => {
    const { id } = await host.people.person();
    const address = path.replace(':id', id);
    const answer = await host.visitor('form').page(address);
    expect([answer.status, answer.headers.location]).toEqual([
      303,
      `/login?next=${encodeURIComponent(address)}`,
    ]);
    expectPrivate(answer);
  });

  it.each(pages)('%s leads those who must change the password there', async (path) => {
    const { admin, boss, person } = await boardOf(host);
    await host.rows.update('sso_user', { id: boss.id }, { password_must_change: true });
    const address = path.replace(':id', person.id);
    const answer = await admin.page(address);
    expect([answer.status, answer.headers.location]).toEqual([
      303,
      `/change-password?next=${encodeURIComponent(address)}`,
    ]);
  });

  it.each(pages)('%s is refused to regular users, on a page for a browser', async (path) => {
    const person = await host.people.person();
    const other = await host.people.person();
    const visitor = await host.people.signIn(person, 'form');
    for (const id of [person.id, other.id, NOBODY]) {
      const answer = await visitor.page(path.replace(':id', id));
      expectRefused(answer, 403, 'super_user_required');
      expectPrivate(answer);
      expectShielded(answer);
      expect(answer.message).toBe('Only super-users can do this.');
      expect(answer.body).not.toContain(other.username);
      expectRefused(await visitor.get(path.replace(':id', id)), 403, 'super_user_required');
    }
  });

  it.each(posts)('%s takes no form of a stranger, a regular user, or without its token', async (path) => {
    const { admin, person } = await boardOf(host);
    const address = path.replace(':id', person.id);
    const fields = { username: freshUsername(), new_password: OTHER_PASSWORD, is_super_user: 'true' };
    const users = await host.rows.all('sso_user');
    const stranger = host.visitor('form');
    const regular = await host.people.signIn(person, 'form');
    const now = await host.rows.all('sso_user');
    expectRefused(
      await stranger.post(address, { ...fields, ...(await stranger.token('/login')) }),
      401,
      'not_authenticated',
    );
    expectRefused(
      await regular.post(address, { ...fields, ...(await regular.token('/logout')) }),
      403,
      'super_user_required',
    );
    const without = await admin.post(address, fields);
    expectRefused(without, 403, 'csrf_failed');
    expectPrivate(without);
    expectShielded(without);
    expect(inputIn(without.body, 'csrf_token')).toMatch(/./);
    const foreign = await admin.post(address, fields, { 'sec-fetch-site': 'cross-site' });
    expectRefused(foreign, 403, 'csrf_failed');
    expect(foreign.body).not.toContain(person.username);
    expect(await host.rows.all('sso_user')).toEqual(now);
    expect(now).toHaveLength(users.length);
  });

  it.each(pages.filter((path) => path.includes(':id')))('%s is not found for nobody', async (path) => {
    const { admin } = await boardOf(host);
    for (const id of [NOBODY, 'abc', '%00', "'%20OR%201=1", 'x'.repeat(500)]) {
      const answer = await admin.page(path.replace(':id', id));
      expectRefused(answer, 404, 'user_not_found');
      expectShielded(answer);
      expect(answer.body).toContain('<a href="/users">');
    }
  });

  it('know no other methods than those they have', async () => {
    const { admin, own } = await boardOf(host);
    for (const [path, allow] of [
      ['/users', 'GET, HEAD, POST'],
      [own, 'GET, HEAD, POST, PATCH, DELETE'],
      ['/users/new', 'GET, HEAD'],
      [`${own}/password`, 'GET, HEAD, POST'],
      [`${own}/delete`, 'GET, HEAD, POST'],
    ] as const) {
      const answer = await admin.api('PUT', path, {});
      expectRefused(answer, 405, 'method_not_allowed');
      expect(answer.headers.allow).toBe(allow);
    }
    expect((await admin.send('HEAD', '/users', { headers: { accept: HTML } })).status).toBe(200);
  });

  it('are tokens for forms, as JSON', async () => {
    const { admin, own, boss } = await boardOf(host);
    for (const path of ['/users/new', `${own}/password`, `${own}/delete`]) {
      const { status, json } = await admin.get(path);
      expect([status, json]).toEqual([200, { csrf_token: expect.any(String), username: boss.username }]);
    }
  });

  it('stay JSON for whoever does not ask for HTML by name', async () => {
    const { admin, own, person } = await boardOf(host);
    for (const accept of ['*/*', 'application/json', '']) {
      expect((await admin.get('/users?page_size=1', accept)).json).toMatchObject({ page_size: 1 });
      expect((await admin.get(own, accept)).json).toMatchObject({ user_id: person.id });
    }
  });
});

describe.each(databases)('the list of users on $name', (database) => {
  const host = hosted({ database });

  it('is searched by name and state, and keeps what was asked', async () => {
    const { admin, person } = await boardOf(host);
    const locked = await host.people.person();
    await host.service.lockUser(locked.id, host.people.caller);
    const found = await admin.page(`/users?q=${person.username.toUpperCase()}&approval_status=&locked=`);
    expect(found.body).toContain(`<a href="/users/${person.id}">${person.username}</a>`);
    expect(found.body).not.toContain(locked.username);
    expect(inputIn(found.body, 'q')).toBe(person.username.toUpperCase());
    const closed = await admin.page('/users?locked=true&approval_status=approved');
    expect(closed.body).toContain(locked.username);
    expect(closed.body).not.toContain(`>${person.username}</a>`);
    expect(closed.body).toContain('<option value="true" selected>');
    expect(closed.body).toContain('<option value="approved" selected>');
  });

  it('goes on from page to page, with the same search', async () => {
    const { admin } = await boardOf(host);
    const prefix = freshUsername();
    for (const end of ['a', 'b', 'c']) await host.people.person({ username: `${prefix}${end}` });
    const first = await admin.page(`/users?q=${prefix}&page_size=2`);
    expect(textOf(first.body)).toContain('Users 1–2 of 3');
    expect(textOf(first.body)).toContain('Page 1 of 2');
    const next = /<a href="([^"]*)" rel="next">/
      .exec(first.body)?.[1]
      ?.replaceAll(/&amp;|&#x3D;/g, (c) => (c === '&amp;' ? '&' : '='));
    expect(next).toBe(`/users?q=${prefix}&page_size=2&page=2`);
    const second = await admin.page(next ?? '');
    expect(second.body).toContain(`${prefix}c`);
    expect(second.body).not.toContain(`${prefix}a`);
    expect(second.body).not.toContain('rel="next"');
  });

  it('says what was wrong with a search, and shows what was found as text', async () => {
    const { admin } = await boardOf(host);
    for (const query of ['page=0', 'page=x', 'locked=perhaps', 'approval_status=x', 'q[a]=1'])
      expectRefused(await admin.page(`/users?${query}`), 422, 'invalid_field');
    const name = '"><script>alert(1)</script>';
    const person = await host.people.person({ displayName: name });
    const { body } = await admin.page(`/users?q=${encodeURIComponent(name)}`);
    expect(body).toContain(person.username);
    expect(inputIn(body, 'q')).toBe(name);
    expect(body).not.toContain('<script>');
  });
});

describe.each(databases)('the page of a user on $name', (database) => {
  const host = hosted({ database });

  it('shows state, sessions and what was recorded, and offers what makes sense', async () => {
    const { admin, person, own, boss } = await boardOf(host, { displayName: 'Zoë <b>' });
    await host.people.signIn(person);
    await host.visitor().login({ username: person.username, password: OTHER_PASSWORD });
    await admin.post(`${own}/reject`, await admin.token('/users/new'));
    const { body, status } = await admin.page(own);
    expect(status).toBe(200);
    const text = textOf(body);
    expect(text).toContain('Rejected');
    expect(text).toContain('No active sessions.');
    expect(text).toContain('Failed: wrong username or password');
    expect(text).toMatch(new RegExp(`Rejected ${boss.username}`));
    expect(inputIn(body, 'username')).toBe(person.username);
    expect(inputIn(body, 'display_name')).toBe('Zoë <b>');
    expect(ticksIn(body)).toEqual(['is_active']);
    expect(actionsIn(body)).toEqual([`${own}/approve`, `${own}/lock`]);
    expect(body).toContain(`href="${own}/password"`);
    expect(body).toContain(`href="${own}/delete"`);
    expect(body).not.toContain(PASSWORD);
  });

  it('has the pages above it before its heading, as has each page below it', async () => {
    const { admin, own, person } = await boardOf(host);
    const crumbs = async (path: string) => {
      const { body } = await admin.page(path);
      const nav = /<nav class="crumbs"[^]*?<\/nav>/.exec(body)?.[0] ?? '';
      return [...nav.matchAll(/<a href="([^"]*)">([^<]*)<\/a>/g)].map(([, to, label]) => [to, label]);
    };
    const list = ['/users', 'Users'];
    expect(await crumbs('/users')).toEqual([]);
    expect(await crumbs('/users/new')).toEqual([list]);
    expect(await crumbs(own)).toEqual([list]);
    for (const page of ['password', 'delete'])
      expect(await crumbs(`${own}/${page}`)).toEqual([list, [own, person.username]]);
  });

  it('of oneself offers nothing that would be refused', async () => {
    const { admin, boss } = await boardOf(host);
    const { body } = await admin.page(`/users/${boss.id}`);
    const [session, all, ...more] = actionsIn(body);
    expect(session).toMatch(new RegExp(`^/users/${boss.id}/sessions/[\\w-]{36}/revoke$`));
    expect([all, more]).toEqual([`/users/${boss.id}/sessions/revoke`, []]);
    expect(body).not.toContain('/delete"');
    expect(textOf(body)).toContain('This session');
  });

  it('goes back in the record, page by page', async () => {
    const { admin, person, own } = await boardOf(host);
    for (let round = 0; round < 6; round += 1) {
      await host.service.lockUser(person.id, host.people.caller);
      await host.service.unlockUser(person.id, host.people.caller);
    }
    const first = await admin.page(own);
    expect(first.body).toContain(`<a href="${own}?page&#x3D;2#audit" rel="next">Older</a>`);
    expect(textOf(first.body)).toContain('system:tests');
    const second = await admin.page(`${own}?page=2`);
    expect(second.body).toContain('rel="prev">Newer</a>');
    expect(textOf(second.body)).toContain('Created');
    expectRefused(await admin.page(`${own}?page=0`), 422, 'invalid_field');
  });
});

describe('the pages of super-users, not switched on', () => {
  const host = hosted({ options: { routes: { users: false } } });

  it.each(pages)('%s does not exist', async (path) => {
    const admin = await host.people.signIn(await host.people.superUser(), 'form');
    expect((await admin.page(path.replace(':id', NOBODY))).status).toBe(404);
  });
});
