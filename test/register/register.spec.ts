import { describe, expect, it } from 'vitest';
import { databases } from '../support/databases.js';
import { codesOf, expectDone, expectNoSessionCookie, expectRefused } from '../support/expectations.js';
import { hosted } from '../support/hosted.js';
import { inputIn } from '../support/page.js';
import { freshEmail, freshUsername, OTHER_PASSWORD, PASSWORD } from '../support/people.js';
import { clients, type Fields } from '../support/visitor.js';

function fields(changed: Fields = {}): Fields & { username: string; email: string } {
  const { username = freshUsername(), email = freshEmail() } = changed as Record<string, string>;
  return { password: PASSWORD, confirm_password: PASSWORD, ...changed, username, email };
}

describe.each(databases)('registration on $name', (database) => {
  const host = hosted({ database });
  const usersNamed = (username: string): Promise<number> => host.rows.count('sso_user', { username });

  describe.each(clients)('by %s', (client) => {
    it('makes a user, who is not signed in yet', async () => {
      const visitor = host.visitor(client);
      const input = fields();

      const answer = await visitor.register(input);

      expectDone(answer, { to: '/login', status: 201, message: 'registered' });
      expectNoSessionCookie(answer);
      expect(await visitor.isSignedIn()).toBe(false);
      expect(await host.rows.one('sso_user', { username: input.username })).toMatchObject({
        email: input.email,
        is_super_user: 0,
        is_active: 1,
        is_locked: 0,
        approval_status: 'approved',
        sign_up_status: 'final',
        password_must_change: 0,
        password_expires_at: null,
        last_login: null,
        password_hash: expect.stringMatching(/^\$bcrypt-sha256\$v=2,t=2b,r=4\$/),
      });
      expect(await host.people.canLogIn(input.username, PASSWORD)).toBe(true);
    });

    it('needs no e-mail address', async () => {
      const { email: _, ...input } = fields();
      expectDone(await host.visitor(client).register(input), { to: '/login', status: 201 });
      expect(await host.rows.one('sso_user', { username: input.username })).toMatchObject({ email: null });
    });

    it.each([
      ['nothing', {}, ['confirm_password', 'password', 'username']],
      ['no password', { username: 'new-one', confirm_password: PASSWORD }, ['password']],
      ['no confirmation', { username: 'new-one', password: PASSWORD }, ['confirm_password']],
      ['an empty user name', { username: '', password: PASSWORD, confirm_password: PASSWORD }, ['username']],
    ])('asks for what is missing when it gets %s', async (_, input, missing) => {
      const users = await host.rows.count('sso_user');
      expectRefused(await host.visitor(client).register(input), 422, 'missing_fields', missing);
      expect(await host.rows.count('sso_user')).toBe(users);
    });

    it('refuses two passwords that differ', async () => {
      const input = fields({ confirm_password: OTHER_PASSWORD });
      expectRefused(await host.visitor(client).register(input), 422, 'passwords_do_not_match');
      expect(await usersNamed(input.username)).toBe(0);
    });

    it.each([
      ['password_too_short', 'Tiny-7x'],
      ['password_too_long', 'long words '.repeat(24)],
      ['password_too_common', 'Password123'],
    ])('refuses a password with %s', async (code, password) => {
      const input = fields({ password, confirm_password: password });
      expectRefused(await host.visitor(client).register(input), 422, code, ['password']);
      expect(await usersNamed(input.username)).toBe(0);
    });

    it('refuses a password that holds the user name or the e-mail address', async () => {
      const username = freshUsername();
      const email = freshEmail();
      for (const password of [`my ${username.toUpperCase()} forever`, `write to ${email}`]) {
        const input = fields({ username, email, password, confirm_password: password });
        expectRefused(await host.visitor(client).register(input), 422, 'password_contains_identity', [
          'password',
        ]);
      }
      expect(await usersNamed(username)).toBe(0);
    });

    it('refuses a user name that is taken, in whatever case or Unicode form', async () => {
      const { username } = await host.people.person({ username: `${freshUsername()}-é` });
      for (const typed of [
        username,
        username.toUpperCase(),
        username.normalize('NFD'),
        `ｚ${username.slice(1)}`,
      ]) {
        expectRefused(
          await host.visitor(client).register(fields({ username: typed })),
          409,
          'username_taken',
          ['username'],
        );
      }
      expect(await usersNamed(username)).toBe(1);
    });

    it('refuses an e-mail address that is taken, in whatever case', async () => {
      const { email } = await host.people.person();
      for (const typed of [email, email.toUpperCase()]) {
        const input = fields({ email: typed });
        expectRefused(await host.visitor(client).register(input), 409, 'email_taken', ['email']);
        expect(await usersNamed(input.username)).toBe(0);
      }
    });

    it.each([
      ['white space', 'two words'],
      ['white space around', ' zoe '],
      ['a line break', 'zoe\nSet-Cookie: id=1'],
      ['a NUL', 'zoe\0'],
      ['a zero-width space', 'zoe\u200B'],
      ['a right-to-left override', 'zoe\u202Eeoz'],
      ['an unassigned character', 'zoe\u{E0FFF}'],
      ['129 code points', 'z'.repeat(129)],
      ['an ideographic space', 'zoe\u3000zoe'],
    ])('refuses a user name with %s', async (_, username) => {
      const users = await host.rows.count('sso_user');
      expectRefused(await host.visitor(client).register(fields({ username })), 422, 'invalid_field', [
        'username',
      ]);
      expect(await host.rows.count('sso_user')).toBe(users);
    });

    it('takes a user name of 128 code points outside the basic plane', async () => {
      const tag = freshUsername();
      const name = '\u{10400}'.repeat(128 - tag.length) + tag;
      expectDone(await host.visitor(client).register(fields({ username: name })), {
        to: '/login',
        status: 201,
      });
      expect(await host.people.canLogIn(name, PASSWORD)).toBe(true);
    });

    it.each([
      'no-at-sign',
      'a@b',
      'two@at@example.org',
      'zoe@example.org\n',
      `${'z'.repeat(250)}@example.org`,
    ])('refuses the e-mail address %j', async (email) => {
      const input = fields({ email });
      expectRefused(await host.visitor(client).register(input), 422, 'invalid_field', ['email']);
      expect(await usersNamed(input.username)).toBe(0);
    });

    it.each([
      { is_super_user: true },
      { is_active: true },
      { approval_status: 'approved' },
      { must_change: false },
      { password_hash: 'x' },
      { user_id: '00000000-0000-7000-8000-000000000000' },
      { isSuperUser: true },
    ])('gives nobody what was not offered: %o', async (extra) => {
      const input = fields({ ...extra });
      const answer = await host.visitor(client).register(input);
      expectRefused(answer, 422, 'invalid_field');
      expect(await usersNamed(input.username)).toBe(0);
    });
  });

  it('reports every rule that a password breaks', async () => {
    for (const [username, codes] of [
      ['Dragon', ['password_contains_identity', 'password_too_short']],
      ['Password1', ['password_contains_identity', 'password_too_common']],
    ] as const) {
      const password = username.toLowerCase();
      const input = fields({ username, password, confirm_password: password });
      const { json } = await host.visitor().register(input);
      expect(codesOf(json.errors)).toEqual(codes);
      expect(codes).toContain(json.code);
    }
  });

  it('answers JSON with the new user and no secret', async () => {
    const input = fields();
    const { json, body } = await host.visitor().register(input);
    expect(json).toEqual({
      message: 'registered',
      redirect_to: '/login',
      user: {
        user_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        username: input.username,
        email: input.email,
      },
    });
    expect(body).not.toContain(PASSWORD);
  });

  it('shows the page again with everything kept but the passwords', async () => {
    const input = fields({ confirm_password: OTHER_PASSWORD });
    const { body } = await host.visitor('form').register(input);
    expect(inputIn(body, 'username')).toBe(input.username);
    expect(inputIn(body, 'email')).toBe(input.email);
    expect([inputIn(body, 'password'), inputIn(body, 'confirm_password')]).toEqual(['', '']);
    expect(body).not.toContain(PASSWORD);
  });

  it('takes an empty e-mail field of the page as none', async () => {
    const input = fields({ email: '' });
    expectDone(await host.visitor('form').register(input), { to: '/login', status: 201 });
    expect(await host.rows.one('sso_user', { username: input.username })).toMatchObject({ email: null });
  });

  it('leaves a visitor signed in who registers somebody else', async () => {
    const visitor = await host.people.signIn(await host.people.person());
    expectDone(await visitor.register(fields()), { to: '/login', status: 201 });
    expect(await visitor.isSignedIn()).toBe(true);
  });
});
