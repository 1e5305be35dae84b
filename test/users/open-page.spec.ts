import { describe, expect, it } from 'vitest';
import { databases } from '../support/databases.js';
import { expectRefused } from '../support/expectations.js';
import { hosted } from '../support/hosted.js';
import { attributeOf } from '../support/page.js';
import { freshEmail, freshUsername } from '../support/people.js';
import type { Fields } from '../support/visitor.js';
import { boardOf } from './board.js';

/** What a browser would post of the form that edits a user, with what the person typed over it. */
function filledIn(html: string, own: string, typed: Fields = {}): Fields {
  const [, form = ''] = new RegExp(`<form method="post" action="${own}">(.*?)</form>`, 's').exec(html) ?? [];
  const fields: Record<string, string[]> = {};
  for (const [tag] of form.matchAll(/<input\b[^>]*>/g)) {
    const name = attributeOf(tag, 'name') ?? '';
    if (attributeOf(tag, 'type') === 'checkbox' && !/ checked\b/.test(tag)) continue;
    (fields[name] ??= []).push(attributeOf(tag, 'value') ?? '');
  }
  return { ...fields, ...typed };
}

describe.each(databases)('the page of a user that was open for a while, on $name,', (database) => {
  const host = hosted({ database });

  /** What another super-user does meanwhile, and what it leaves in the row. */
  const meanwhile: [name: string, method: string, path: string, fields: Fields | undefined, row: object][] = [
    ['a demotion', 'PATCH', '', { is_super_user: false }, { is_super_user: 0 }],
    ['a promotion', 'PATCH', '', { is_super_user: true }, { is_super_user: 1 }],
    ['a switching off', 'PATCH', '', { is_active: false }, { is_active: 0 }],
    ['a must-change', 'PATCH', '', { must_change: true }, { password_must_change: 1 }],
    ['an end of must-change', 'PATCH', '', { must_change: false }, { password_must_change: 0 }],
    [
      'an expiry',
      'PATCH',
      '',
      { password_expires_at: '2031-01-01' },
      { password_expires_at: Date.UTC(2031, 0, 1) },
    ],
    ['another address', 'PATCH', '', { email: 'Else@example.org' }, { email: 'Else@example.org' }],
    ['no address', 'PATCH', '', { email: null }, { email: null }],
    ['another last name', 'PATCH', '', { last_name: 'Wolf' }, { last_name: 'Wolf' }],
    ['a lock', 'POST', '/lock', undefined, { is_locked: 1 }],
    ['a rejection', 'POST', '/reject', undefined, { approval_status: 'rejected' }],
  ];

  async function scene(given: object = {}) {
    const board = await boardOf(host, { displayName: 'Zoë', lastName: 'Berg', ...given });
    const page = await board.admin.page(board.own);
    const other = await host.people.signIn(await host.people.superUser());
    return { ...board, page, other };
  }

  it.each(meanwhile)('undoes no %s', async (name, method, path, fields, row) => {
    const opposite = /demotion|end of/.test(name);
    const { admin, own, person, page, other } = await scene({ isSuperUser: opposite, mustChange: opposite });
    expect((await other.api(method, own + path, fields)).status).toBe(200);

    const answer = await admin.post(own, filledIn(page.body, own, { first_name: 'Zed' }));

    expect([answer.status, answer.headers.location]).toEqual([303, own]);
    expect(await host.rows.user(person.id)).toMatchObject({ first_name: 'Zed', ...row });
  });

  it('undoes nothing of all that at once, and writes all that the person changed', async () => {
    const { admin, own, person, page, other } = await scene({ isSuperUser: true });
    const theirs = { is_super_user: false, is_active: false, display_name: 'Else', first_name: 'Else' };
    expect((await other.api('PATCH', own, theirs)).status).toBe(200);
    const [username, email] = [freshUsername(), freshEmail()];
    const typed = {
      username,
      email,
      last_name: '',
      first_name: 'Mine',
      must_change: ['false', 'true'],
      password_expires_at: '2030-01-31T12:00:00Z',
    };
    expect((await admin.post(own, filledIn(page.body, own, typed))).status).toBe(303);
    expect(await host.rows.user(person.id)).toMatchObject({
      username,
      email,
      display_name: 'Else',
      // Both changed it; the last one wins.
      first_name: 'Mine',
      last_name: null,
      is_super_user: 0,
      is_active: 0,
      password_must_change: 1,
      password_expires_at: Date.UTC(2030, 0, 31, 12),
    });
  });

  it('undoes nothing either after it was refused and corrected', async () => {
    const { admin, own, person, page, other } = await scene({ isSuperUser: true });
    const theirs = { is_super_user: false, is_active: false, must_change: true };
    expect((await other.api('PATCH', own, theirs)).status).toBe(200);
    const long = { first_name: 'x'.repeat(256) };
    const refused = await admin.post(own, filledIn(page.body, own, long));
    expectRefused(refused, 422, 'invalid_field', ['first_name']);
    const answer = await admin.post(own, filledIn(refused.body, own, { first_name: 'Zed' }));
    expect(answer.status).toBe(303);
    expect(await host.rows.user(person.id)).toMatchObject({
      first_name: 'Zed',
      is_super_user: 0,
      is_active: 0,
      password_must_change: 1,
    });
  });

  it('writes and records nothing where nothing was changed', async () => {
    const { admin, own, person, page, other } = await scene();
    await other.api('PATCH', own, { display_name: 'Else' });
    const before = await host.rows.user(person.id);
    const events = await host.rows.count('sso_audit_event', { target: person.id });
    expect((await admin.post(own, filledIn(page.body, own))).status).toBe(303);
    expect(await host.rows.user(person.id)).toEqual(before);
    expect(await host.rows.count('sso_audit_event', { target: person.id })).toBe(events);
  });

  it.each([['x'.repeat(2001)], [['a', 'b']]])('takes no %j for what it held', async (shown) => {
    const { admin, own, person, page } = await scene();
    const answer = await admin.post(own, filledIn(page.body, own, { shown, is_super_user: 'true' }));
    expectRefused(answer, 422, 'invalid_field');
    expect(await host.rows.user(person.id)).toMatchObject({ is_super_user: 0 });
  });
});
