import { describe, expect, it } from 'vitest';
import { databases } from '../support/databases.js';
import { codesOf, expectDone, expectRefused } from '../support/expectations.js';
import { hosted } from '../support/hosted.js';
import { freshEmail, freshUsername, OTHER_PASSWORD, PASSWORD } from '../support/people.js';

const DAY = 86_400_000;

describe.each(databases)('POST /users on $name', (database) => {
  const host = hosted({ database });
  const signedIn = async () => host.people.signIn(await host.people.superUser());

  it('makes a user with everything that was given', async () => {
    const admin = await signedIn();
    const [username, email] = [freshUsername(), freshEmail()];
    const before = Date.now();
    const { status, json, body } = await admin.api('POST', '/users', {
      username,
      email,
      password: PASSWORD,
      display_name: 'Zoë <b>',
      first_name: 'Zoë',
      last_name: "O'Hara",
      is_super_user: true,
      must_change: true,
      password_expiry: 10,
      auto_approve: true,
    });
    expect(status).toBe(201);
    expect(json).toMatchObject({
      username,
      email,
      display_name: 'Zoë <b>',
      first_name: 'Zoë',
      last_name: "O'Hara",
      is_super_user: true,
      must_change: true,
      approval_status: 'approved',
      is_active: true,
      is_locked: false,
    });
    expect(json).not.toHaveProperty('password');
    expect(body).not.toContain('$bcrypt');
    const days = (Date.parse(json.password_expires_at ?? '') - before) / DAY;
    expect(days).toBeGreaterThanOrEqual(10);
    expect(days).toBeLessThan(10.01);
    const login = await host.visitor().login({ username, password: PASSWORD });
    expect(login.json).toMatchObject({ message: 'logged in', password_change_required: true });
  });

  it('returns a random password once when none is given', async () => {
    const admin = await signedIn();
    const [first, second] = [freshUsername(), freshUsername()];
    const one = await admin.api('POST', '/users', { username: first, auto_approve: true });
    const two = await admin.api('POST', '/users', { username: second, auto_approve: true });
    expect([one.status, two.status]).toEqual([201, 201]);
    const password = one.json.password ?? '';
    expect(password.length).toBeGreaterThanOrEqual(16);
    expect(two.json.password).not.toBe(password);
    expect(await host.people.canLogIn(first, password)).toBe(true);
    expect((await admin.get(`/users/${one.json.user_id}`)).body).not.toContain(password);
    expect(host.log.lines.join('\n')).not.toContain(password);
  });

  it('lets nobody in before the approval, unless auto_approve says so', async () => {
    const admin = await signedIn();
    const username = freshUsername();
    const { json } = await admin.api('POST', '/users', { username, password: PASSWORD });
    expect(json.approval_status).toBe('before_decision');
    expectRefused(await host.visitor().login({ username, password: PASSWORD }), 403, 'account_not_approved');
    await admin.api('POST', `/users/${json.user_id}/approve`);
    expectDone(await host.visitor().login({ username, password: PASSWORD }), { to: '/' });
  });

  it('makes a password that never expires by null', async () => {
    const admin = await signedIn();
    const { json } = await admin.api('POST', '/users', { username: freshUsername(), password_expiry: null });
    expect(json.password_expires_at).toBeNull();
  });

  it.each([
    [{}, 'missing_fields', ['username']],
    [{ username: '' }, 'missing_fields', ['username']],
    [{ username: 'two words' }, 'invalid_field', ['username']],
    [{ username: 'ok-1', email: 'nonsense' }, 'invalid_field', ['email']],
    [{ username: 'ok-1', is_super_user: 'yes' }, 'invalid_field', ['is_super_user']],
    [{ username: 'ok-1', must_change: 1 }, 'invalid_field', ['must_change']],
    [{ username: 'ok-1', password_expiry: 0 }, 'invalid_field', ['password_expiry']],
    [{ username: 'ok-1', password_expiry: 1.5 }, 'invalid_field', ['password_expiry']],
    [{ username: 'ok-1', password_expiry: '3' }, 'invalid_field', ['password_expiry']],
    [{ username: 'ok-1', auto_approve: null }, 'invalid_field', ['auto_approve']],
    [{ username: 'ok-1', display_name: 'x'.repeat(256) }, 'invalid_field', ['display_name']],
    [{ username: 'ok-1', first_name: 'a\0b' }, 'invalid_field', ['first_name']],
    [{ username: 'ok-1', approval_status: 'approved' }, 'invalid_field', ['approval_status']],
    [{ username: 'ok-1', user_id: 'x', password_hash: 'y' }, 'invalid_field', ['password_hash', 'user_id']],
    [{ username: 'ok-1', password: 'short' }, 'password_too_short', ['password']],
  ])('refuses %j', async (fields, code, names) => {
    const admin = await signedIn();
    expectRefused(await admin.api('POST', '/users', fields), 422, code, names);
    expect(await host.rows.count('sso_user', { username: 'ok-1' })).toBe(0);
  });

  it('reports every rule that the password breaks', async () => {
    const admin = await signedIn();
    const fields = { username: 'Password1', password: 'password1' };
    const { status, json } = await admin.api('POST', '/users', fields);
    expect(status).toBe(422);
    expect(codesOf(json.errors)).toEqual(['password_contains_identity', 'password_too_common']);
  });

  it('refuses a user name or an e-mail address that is taken', async () => {
    const admin = await signedIn();
    const { username, email } = await host.people.person();
    const users = await host.rows.count('sso_user');
    expectRefused(
      await admin.api('POST', '/users', { username: username.toUpperCase() }),
      409,
      'username_taken',
    );
    const other = { username: freshUsername(), email: email.toUpperCase(), password: OTHER_PASSWORD };
    expectRefused(await admin.api('POST', '/users', other), 409, 'email_taken');
    expect(await host.rows.count('sso_user')).toBe(users);
  });
});
