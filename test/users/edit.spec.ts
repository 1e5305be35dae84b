import { describe, expect, it } from 'vitest';
import { databases } from '../support/databases.js';
import { expectRefused } from '../support/expectations.js';
import { hosted } from '../support/hosted.js';
import { freshEmail, freshUsername, OTHER_PASSWORD, PASSWORD } from '../support/people.js';

const DAY = 86_400_000;

describe.each(databases)('one user, to a super-user, on $name', (database) => {
  const host = hosted({ database });

  async function scene() {
    const boss = await host.people.superUser();
    const admin = await host.people.signIn(boss);
    const person = await host.people.person();
    const visitor = await host.people.signIn(person);
    return { boss, admin, person, visitor, path: `/users/${person.id}` };
  }

  it('is read', async () => {
    const { admin, person, path } = await scene();
    const { status, json } = await admin.get(path);
    expect(status).toBe(200);
    expect(json).toMatchObject({ user_id: person.id, username: person.username, email: person.email });
    expect(json).not.toHaveProperty('password_hash');
  });

  it('is changed field by field, and the rest stays', async () => {
    const { admin, person, path } = await scene();
    const at = new Date(Date.now() + 5 * DAY).toISOString();
    const [username, email] = [freshUsername(), freshEmail()];
    for (const change of [
      { username },
      { email },
      { display_name: 'Zed' },
      { first_name: 'Zoë' },
      { last_name: null },
      { is_active: true },
      { password_expires_at: at },
      { password_expires_at: null },
      { is_super_user: true },
      { is_super_user: false },
      { email: null },
      { must_change: false },
    ]) {
      const before = (await admin.get(path)).json;
      const { status, json } = await admin.api('PATCH', path, change);
      expect(status).toBe(200);
      expect(json).toEqual({ ...before, ...change, updated_at: expect.any(String) });
      expect((await admin.get(path)).json).toEqual(json);
    }
    expect(await host.people.canLogIn(username, PASSWORD)).toBe(true);
    expect(await host.people.canLogIn(person.username, PASSWORD)).toBe(false);
  });

  it('may give its e-mail address and user name to nobody else', async () => {
    const { admin, person, path } = await scene();
    const other = await host.people.person();
    const before = await host.rows.user(person.id);
    expectRefused(
      await admin.api('PATCH', path, { username: other.username.toUpperCase() }),
      409,
      'username_taken',
    );
    expectRefused(await admin.api('PATCH', path, { email: other.email.toUpperCase() }), 409, 'email_taken');
    const both = { username: person.username, email: other.email };
    expectRefused(await admin.api('PATCH', path, both), 409, 'email_taken');
    expect(await host.rows.user(person.id)).toEqual(before);
  });

  it('may change the case of its own user name', async () => {
    const { admin, person, path } = await scene();
    const { status, json } = await admin.api('PATCH', path, { username: person.username.toUpperCase() });
    expect(status).toBe(200);
    expect(json.username).toBe(person.username.toUpperCase());
  });

  it.each([
    { username: 'two words' },
    { username: null },
    { email: 'nonsense' },
    { is_active: 'no' },
    { is_super_user: 1 },
    { must_change: null },
    { password_expires_at: 'tomorrow' },
    { password_expires_at: 1_800_000_000_000 },
    { password_expires_at: '2030-13-45' },
    { is_locked: true },
    { approval_status: 'approved' },
    { password: OTHER_PASSWORD },
    { password_hash: 'x' },
    { user_id: '00000000-0000-7000-8000-000000000000' },
    { display_name: {} },
  ])('refuses %j', async (change) => {
    const { admin, person, path } = await scene();
    const before = await host.rows.user(person.id);
    expectRefused(await admin.api('PATCH', path, change), 422, 'invalid_field', Object.keys(change));
    expect(await host.rows.user(person.id)).toEqual(before);
  });

  it('loses every session when it is switched off', async () => {
    const { admin, person, visitor, path } = await scene();
    await admin.api('PATCH', path, { is_active: false });
    expect(await visitor.isSignedIn()).toBe(false);
    await admin.api('PATCH', path, { is_active: true });
    expect(await visitor.isSignedIn()).toBe(false);
    expect(await host.people.canLogIn(person.username, PASSWORD)).toBe(true);
  });

  it('is deleted with its sessions and history, and its name is free', async () => {
    const { admin, person, visitor, path } = await scene();
    await visitor.changePassword(PASSWORD, OTHER_PASSWORD);
    const again = await host.people.signIn({ ...person, password: OTHER_PASSWORD });

    const { status, json } = await admin.api('DELETE', path);

    expect(status).toBe(200);
    expect(json).toMatchObject({ user_id: person.id, username: person.username });
    expect(await again.isSignedIn()).toBe(false);
    expect(await host.rows.count('sso_user', { id: person.id })).toBe(0);
    for (const table of ['sso_session', 'sso_password_history']) {
      expect(await host.rows.count(table, { user_id: person.id })).toBe(0);
    }
    expectRefused(await admin.api('DELETE', path), 404, 'user_not_found');
    expect((await admin.api('POST', '/users', { username: person.username })).status).toBe(201);
  });

  it('is locked and unlocked, however often', async () => {
    const { boss, admin, person, visitor, path } = await scene();
    const first = await admin.api('POST', `${path}/lock`);
    const second = await admin.api('POST', `${path}/lock`);
    expect([first.status, second.status]).toEqual([200, 200]);
    expect(first.json).toMatchObject({
      is_locked: true,
      locked_by: boss.id,
      locked_at: expect.stringMatching(/Z$/),
    });
    expect(second.json.locked_at).toBe(first.json.locked_at);
    expect(await visitor.isSignedIn()).toBe(false);
    const login = { username: person.username, password: PASSWORD };
    expectRefused(await host.visitor().login(login), 403, 'account_locked');

    for (let round = 0; round < 2; round += 1) {
      const { status, json } = await admin.api('POST', `${path}/unlock`);
      expect(status).toBe(200);
      expect(json).toMatchObject({ is_locked: false, locked_at: null, locked_by: null });
    }
    expect(await host.people.canLogIn(person.username, PASSWORD)).toBe(true);
    expect(await visitor.isSignedIn()).toBe(false);
  });

  it('is rejected and approved, however often', async () => {
    const { admin, person, visitor, path } = await scene();
    for (const [step, approval] of [
      ['reject', 'rejected'],
      ['reject', 'rejected'],
      ['approve', 'approved'],
      ['approve', 'approved'],
    ] as const) {
      const { status, json } = await admin.api('POST', `${path}/${step}`);
      expect(status).toBe(200);
      expect(json).toMatchObject({ user_id: person.id, approval_status: approval });
      expect(await visitor.isSignedIn()).toBe(false);
    }
    expect(await host.people.canLogIn(person.username, PASSWORD)).toBe(true);
  });

  it('cannot be oneself, to delete, lock, demote or switch off', async () => {
    const { boss, admin } = await scene();
    const path = `/users/${boss.id}`;
    const before = await host.rows.user(boss.id);
    for (const [method, where, fields] of [
      ['DELETE', path],
      ['POST', `${path}/lock`],
      ['PATCH', path, { is_super_user: false }],
      ['PATCH', path, { is_active: false }],
    ] as const) {
      expectRefused(await admin.api(method, where, fields), 409, 'cannot_target_self');
    }
    // Some databases find an id in any case.
    const disguised = `/users/${boss.id.toUpperCase()}`;
    for (const [method, where, fields] of [
      ['DELETE', disguised],
      ['POST', `${disguised}/lock`],
      ['PATCH', disguised, { is_super_user: false }],
    ] as const) {
      expect([404, 409]).toContain((await admin.api(method, where, fields)).status);
    }
    expect(await host.rows.user(boss.id)).toEqual(before);
    expect((await admin.api('PATCH', path, { display_name: 'Boss', is_super_user: true })).status).toBe(200);
  });

  it('has sessions that are listed and ended', async () => {
    const { admin, person, visitor, path } = await scene();
    const second = await host.people.signIn(person);
    const list = await admin.get(`${path}/sessions`);
    expect(list.status).toBe(200);
    expect(list.json.sessions).toHaveLength(2);
    expect(list.json.sessions?.every(({ current }) => !current)).toBe(true);
    expect(list.body).not.toContain(visitor.cookies.get('id'));

    const answer = await admin.api('DELETE', `${path}/sessions`);

    expect({ status: answer.status, json: answer.json }).toEqual({ status: 200, json: { revoked: 2 } });
    for (const client of [visitor, second]) expect(await client.isSignedIn()).toBe(false);
    expect(await admin.isSignedIn()).toBe(true);
    expect((await admin.get(`${path}/sessions`)).json.sessions).toEqual([]);
    expect((await admin.api('DELETE', `${path}/sessions`)).json).toEqual({ revoked: 0 });
  });
});
