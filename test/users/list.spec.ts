import { describe, expect, it } from 'vitest';
import { databases } from '../support/databases.js';
import { expectRefused } from '../support/expectations.js';
import { hosted } from '../support/hosted.js';
import { textOf } from '../support/page.js';
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
      expect(textOf(page.body)).toContain('Users found: 1');
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
    expect([none.status, textOf(none.body).includes('Users found: 0')]).toEqual([200, true]);
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
