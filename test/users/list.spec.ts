import { describe, expect, it } from 'vitest';
import { databases } from '../support/databases.js';
import { expectRefused } from '../support/expectations.js';
import { hosted } from '../support/hosted.js';
import { inputIn, textOf } from '../support/page.js';
import { freshEmail, freshUsername } from '../support/people.js';
import type { Answer } from '../support/visitor.js';

function names(answer: Answer): string[] {
  expect(answer.status).toBe(200);
  return (answer.json.users ?? []).map(({ username }) => username);
}

describe.each(databases)('GET /users on $name', (database) => {
  const host = hosted({ database });

  it('gives a page of users without any secret', async () => {
    const admin = await host.people.signIn(await host.people.superUser());
    const person = await host.people.person();
    const { status, json, body } = await admin.get(`/users?q=${person.username}`);
    expect(status).toBe(200);
    expect(json).toMatchObject({ page: 1, page_size: expect.any(Number), pages: 1, total: 1 });
    expect(json.users).toEqual([
      {
        user_id: person.id,
        username: person.username,
        email: person.email,
        display_name: null,
        email_verified_at: null,
        first_name: null,
        last_name: null,
        is_active: true,
        is_super_user: false,
        is_locked: false,
        locked_at: null,
        locked_by: null,
        approval_status: 'approved',
        sign_up_status: 'final',
        must_change: false,
        password_expires_at: null,
        password_last_set: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
        last_login: null,
        created_at: expect.stringMatching(/Z$/),
        updated_at: expect.stringMatching(/Z$/),
      },
    ]);
    expect(body).not.toContain('$bcrypt');
  });

  it('pages through everybody once', async () => {
    const admin = await host.people.signIn(await host.people.superUser());
    const tag = freshUsername();
    for (let number = 0; number < 5; number += 1)
      await host.people.person({ username: `${tag}-page-${number}` });
    const pages: string[][] = [];
    for (const page of [1, 2, 3, 4]) {
      const answer = await admin.get(`/users?q=${tag}-page&page=${page}&page_size=2`);
      expect(answer.json).toMatchObject({ page, page_size: 2, pages: 3, total: 5 });
      pages.push(names(answer));
    }
    expect(pages.map(({ length }) => length)).toEqual([2, 2, 1, 0]);
    expect(new Set(pages.flat()).size).toBe(5);
  });

  it('finds a part of the user name, the e-mail address or the display name, in any case', async () => {
    const admin = await host.people.signIn(await host.people.superUser());
    const tag = freshUsername();
    const byName = await host.people.person({ username: `${tag}-one` });
    const byEmail = await host.people.person({ email: `${tag}-two@example.org` });
    const byDisplay = await host.people.person({ displayName: `Frau ${tag} Drei` });
    await host.people.person();
    const found = names(await admin.get(`/users?q=${tag.toUpperCase()}`));
    expect(found.sort()).toEqual([byName, byEmail, byDisplay].map(({ username }) => username).sort());
  });

  it.each(['%', '_', '\\', "'", '"', '%25', '*'])('takes %j for itself, not for a pattern', async (sign) => {
    const admin = await host.people.signIn(await host.people.superUser());
    const tag = freshUsername();
    await host.people.person({ username: `${tag}xthree` });
    const found = names(await admin.get(`/users?q=${encodeURIComponent(`${tag}${sign}three`)}`));
    expect(found).toEqual([]);
  });

  it('filters by approval, sign-up and lock', async () => {
    const admin = await host.people.signIn(await host.people.superUser());
    const tag = freshUsername();
    const waiting = await host.people.person({ username: `${tag}-waiting`, autoApprove: false });
    const locked = await host.people.person({ username: `${tag}-locked` });
    const unconfirmed = await host.people.person({ username: `${tag}-unconfirmed` });
    await host.rows.update('sso_user', { id: locked.id }, { is_locked: true });
    await host.rows.update('sso_user', { id: unconfirmed.id }, { sign_up_status: 'before_confirmation' });
    const find = async (filter: string) => names(await admin.get(`/users?q=${tag}&${filter}`)).sort();

    expect(await find('approval_status=before_decision')).toEqual([waiting.username]);
    expect(await find('approval_status=approved')).toEqual([locked.username, unconfirmed.username]);
    expect(await find('approval_status=rejected')).toEqual([]);
    expect(await find('sign_up_status=before_confirmation')).toEqual([unconfirmed.username]);
    expect(await find('sign_up_status=final')).toEqual([locked.username, waiting.username]);
    expect(await find('locked=true')).toEqual([locked.username]);
    expect(await find('locked=false')).toEqual([unconfirmed.username, waiting.username]);
    expect(await find('locked=false&approval_status=approved')).toEqual([unconfirmed.username]);
  });

  it('filters by right and by activity', async () => {
    const admin = await host.people.signIn(await host.people.superUser());
    const tag = freshUsername();
    const boss = await host.people.person({ username: `${tag}-boss`, isSuperUser: true });
    const gone = await host.people.person({ username: `${tag}-gone` });
    const clerk = await host.people.person({ username: `${tag}-clerk` });
    await host.service.updateUserById(gone.id, { isActive: false }, host.people.caller);
    const find = async (filter: string) => names(await admin.get(`/users?q=${tag}&${filter}`)).sort();

    expect(await find('super_user=true')).toEqual([boss.username]);
    expect(await find('super_user=false')).toEqual([clerk.username, gone.username]);
    expect(await find('active=false')).toEqual([gone.username]);
    expect(await find('active=true&super_user=false')).toEqual([clerk.username]);
    const { body } = await admin.page(`/users?q=${tag}&active=false&super_user=false`);
    expect(body.match(/<option value="false" selected>No<\/option>/g)).toHaveLength(2);
    expect(body).toContain(gone.username);
    expect(body).not.toContain(clerk.username);
  });

  it('sorts by a column, in any case and both ways, with those that have nothing there at the end', async () => {
    const admin = await host.people.signIn(await host.people.superUser());
    const tag = freshUsername();
    const made = ['b', 'A', 'c', 'D'].map((letter) => `${tag}-${letter}`);
    const [b = '', a = '', c = '', d = ''] = made;
    for (const [index, username] of made.entries()) {
      const { id } = await host.people.person({ username, email: `${tag}-${9 - index}@example.org` });
      if (username === c) await host.service.updateUserById(id, { email: null }, host.people.caller);
      const at = Date.UTC(2030, 0, index + 1);
      await host.rows.update('sso_user', { id }, { created_at: at, last_login: username === d ? null : at });
    }
    for (const [sort, expected] of [
      ['username', [a, b, c, d]],
      ['-username', [d, c, b, a]],
      ['email', [d, a, b, c]],
      ['-email', [b, a, d, c]],
      ['created_at', [b, a, c, d]],
      ['-created_at', [d, c, a, b]],
      ['last_login', [b, a, c, d]],
      ['-last_login', [c, a, b, d]],
    ] as const) {
      expect(names(await admin.get(`/users?q=${tag}-&sort=${sort}`)), sort).toEqual(expected);
      const { users } = await host.service.searchUsers({ q: `${tag}-`, sort }, host.people.caller);
      expect(users.map(({ username }) => username)).toEqual(expected);
      const second = await admin.get(`/users?q=${tag}-&sort=${sort}&page=2&page_size=3`);
      expect(names(second)).toEqual(expected.slice(3));
    }
  });

  it('leads from the head of a column to its order, and from there to the reverse', async () => {
    const admin = await host.people.signIn(await host.people.superUser());
    const heads = async (query: string) => {
      const { body } = await admin.page(`/users?${query}`);
      return [...body.matchAll(/<th\b[^>]*?(?:aria-sort="(\w+)")?><a href="([^"]*)">/g)].map(
        ([, direction, path = '']) => [direction, path.replaceAll('&#x3D;', '=').replaceAll('&amp;', '&')],
      );
    };
    expect(await heads('page_size=1&page=2')).toEqual([
      ['ascending', '/users?page_size=1&sort=-username'],
      [undefined, '/users?page_size=1&sort=email'],
      [undefined, '/users?page_size=1&sort=last_login'],
    ]);
    expect(await heads('sort=-email&active=true')).toEqual([
      [undefined, '/users?sort=username&active=true'],
      ['descending', '/users?sort=email&active=true'],
      [undefined, '/users?sort=last_login&active=true'],
    ]);
    const { body } = await admin.page('/users?sort=-email');
    expect(inputIn(body, 'sort')).toBe('-email');
  });

  it.each([
    'page=0',
    'page=-1',
    'page=abc',
    'page=1.5',
    'page=1e99',
    'page_size=0',
    'page_size=101',
    'page_size=',
    'approval_status=maybe',
    'sign_up_status=1',
    'locked=perhaps',
    'active=perhaps',
    'super_user=2',
    'sort=password_hash',
    'sort=--email',
    'sort=email;x',
    'sort=email&sort=username',
    'q=a&q=b',
    'q[a]=1',
    'page[]=1',
    'q=%00',
  ])('refuses ?%s', async (query) => {
    const admin = await host.people.signIn(await host.people.superUser());
    const answer = await admin.get(`/users?${query}`);
    if (query === 'page_size=') expect([200, 422]).toContain(answer.status);
    else expectRefused(answer, 422, 'invalid_field');
  });

  it.each(['unknown=1', 'utm_source=x&utm_medium=y', '__proto__[x]=1', 'pageSize=1', 'x[y][z]=1', 'x=1&x=2'])(
    'passes over what it does not know in ?%s, on the page and in JSON',
    async (query) => {
      const { username } = await host.people.person();
      const admin = await host.people.signIn(await host.people.superUser());
      expect(names(await admin.get(`/users?${query}&q=${username}`))).toEqual([username]);
      const page = await admin.page(`/users?q=${username}&${query}`);
      expect(page.status).toBe(200);
      expect(textOf(page.body)).toContain('Users 1–1 of 1');
    },
  );

  it('shows the last page where there are not as many, and hands on only what it knows', async () => {
    const admin = await host.people.signIn(await host.people.superUser());
    const tag = freshUsername();
    for (let number = 0; number < 3; number += 1)
      await host.people.person({ username: `${tag}-page-${number}` });
    const address = `/users?q=${tag}&utm_source=x&page_size=2`;
    const page = await admin.page(`${address}&page=99`);
    expect(page.status).toBe(200);
    expect(textOf(page.body)).toContain('Page 2 of 2');
    expect(page.body).toContain(`${tag}-page-`);
    expect(page.body).not.toContain('utm_source');
    const json = await admin.get(`${address}&page=99`);
    expect(json.json).toMatchObject({ users: [], page: 99, pages: 2, total: 3 });
    const none = await admin.page(`/users?q=${tag}-nobody&page=99`);
    expect([none.status, textOf(none.body).includes('No users found.')]).toEqual([200, true]);
    for (const wrong of ['0', 'abc', '-1', '1.5'])
      expectRefused(await admin.page(`${address}&page=${wrong}`), 422, 'invalid_field');
  });

  it('gives a hundred at the most', async () => {
    const admin = await host.people.signIn(await host.people.superUser());
    const { status, json } = await admin.get('/users?page_size=100');
    expect(status).toBe(200);
    expect(json.page_size).toBe(100);
  });

  it('keeps two people apart by an e-mail address that only looks alike', async () => {
    const email = freshEmail();
    const first = await host.people.person({ email });
    const second = await host.people.person({ email: email.replace('mail', 'máil') });
    expect(first.id).not.toBe(second.id);
  });
});
