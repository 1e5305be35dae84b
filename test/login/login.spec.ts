import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { databases } from '../support/databases.js';
import { expectDone, expectNoSessionCookie, expectRefused } from '../support/expectations.js';
import { hosted } from '../support/hosted.js';
import { inputIn } from '../support/page.js';
import { freshUsername, PASSWORD } from '../support/people.js';
import { clients } from '../support/visitor.js';

describe.each(databases)('login on $name', (database) => {
  const host = hosted({ database });

  describe.each(clients)('by %s', (client) => {
    it('opens a session for the right user name and password', async () => {
      const { id, username } = await host.people.person();
      const visitor = host.visitor(client);
      const before = Date.now();

      const answer = await visitor.login({ username, password: PASSWORD });

      expectDone(answer, { to: '/', message: 'logged in' });
      const token = visitor.cookies.get('id') ?? '';
      const [session, ...others] = await host.rows.sessionsOf(id);
      expect(others).toEqual([]);
      expect(session?.token_hash).toBe(createHash('sha256').update(token).digest('hex'));
      expect(JSON.stringify(session)).not.toContain(token);
      expect(Number(session?.expires_at)).toBeGreaterThanOrEqual(before + 3_600_000);
      expect(Number(session?.max_expires_at)).toBeGreaterThanOrEqual(before + 7 * 86_400_000);
      expect(Number((await host.rows.user(id)).last_login)).toBeGreaterThanOrEqual(before);
      expect((await visitor.get('/private')).json).toEqual({ username });
    });

    it('hands out 32 random bytes, new ones each time', async () => {
      const { username } = await host.people.person();
      const tokens = new Set<string>();
      for (let round = 0; round < 4; round += 1) {
        const visitor = host.visitor(client);
        await visitor.login({ username, password: PASSWORD });
        tokens.add(visitor.cookies.get('id') ?? '');
      }
      expect(tokens.size).toBe(4);
      for (const token of tokens) expect(Buffer.from(token, 'base64url')).toHaveLength(32);
    });

    it('takes the user name in any case and Unicode form', async () => {
      const name = freshUsername();
      const { id } = await host.people.person({ username: `${name}-é` });
      for (const typed of [
        `${name.toUpperCase()}-É`,
        `${name}-e\u0301`,
        `${name.replace('zoe', 'ｚｏｅ')}-é`,
      ]) {
        const visitor = host.visitor(client);
        expectDone(await visitor.login({ username: typed, password: PASSWORD }), { to: '/' });
        expect((await visitor.get('/session')).json.user?.user_id).toBe(id);
      }
    });

    it('takes the user name with blanks around it, and counts its failures with the others', async () => {
      const { id, username } = await host.people.person();
      for (const typed of [`${username} `, ` ${username}`, `\t${username}\u00a0\u3000\n`]) {
        const visitor = host.visitor(client);
        expectRefused(
          await visitor.login({ username: typed, password: 'wrong' }),
          401,
          'invalid_credentials',
        );
        expectDone(await visitor.login({ username: typed, password: PASSWORD }), { to: '/' });
        expect((await visitor.get('/session')).json.user?.user_id).toBe(id);
      }
      const failures = await host.rows.all('sso_audit_event', { action: 'login', target: id });
      expect(failures.filter(({ outcome }) => outcome === 'failure')).toHaveLength(3);
    });

    it.each([
      ['nothing', {}, ['password', 'username']],
      ['no password', { username: 'somebody' }, ['password']],
      ['no user name', { password: PASSWORD }, ['username']],
      ['empty fields', { username: '', password: '' }, ['password', 'username']],
    ])('asks for what is missing when it gets %s', async (_, fields, missing) => {
      const visitor = host.visitor(client);
      const answer = await visitor.login(fields);
      expectRefused(answer, 422, 'missing_fields', missing);
      expectNoSessionCookie(answer);
    });

    it('refuses a wrong password and an unknown user alike', async () => {
      const { id, username } = await host.people.person();
      const wrong = await host.visitor(client).login({ username, password: `${PASSWORD}!` });
      const unknown = await host.visitor(client).login({ username: freshUsername(), password: PASSWORD });
      for (const answer of [wrong, unknown]) {
        expectRefused(answer, 401, 'invalid_credentials');
        expectNoSessionCookie(answer);
      }
      expect(await host.rows.sessionsOf(id)).toEqual([]);
      expect((await host.rows.user(id)).last_login).toBeNull();
    });

    it('takes a password exactly as it is', async () => {
      const { username } = await host.people.person({ password: ` ${PASSWORD} ` });
      for (const password of [PASSWORD, ` ${PASSWORD}`, ` ${PASSWORD.toUpperCase()} `]) {
        expectRefused(await host.visitor(client).login({ username, password }), 401, 'invalid_credentials');
      }
      expectDone(await host.visitor(client).login({ username, password: ` ${PASSWORD} ` }), { to: '/' });
    });

    it.each([
      ['over-long', 'x'.repeat(257)],
      ['with a NUL', `${PASSWORD}\0`],
      ['enormous', 'ü'.repeat(1500)],
    ])('treats a password that is %s as a wrong one', async (_, password) => {
      const { username } = await host.people.person();
      expectRefused(await host.visitor(client).login({ username, password }), 401, 'invalid_credentials');
    });

    it.each([
      ['with a NUL', 'zoe\0'],
      ['over-long', 'z'.repeat(500)],
      ['with a quote', "' OR 1=1 --"],
      ['with a line break', 'zoe\r\nSet-Cookie: id=1'],
      ['with an expanding character', '\uFDFA'.repeat(100)],
    ])('treats a user name %s as an unknown one', async (_, username) => {
      const answer = await host.visitor(client).login({ username, password: PASSWORD });
      expect([401, 422]).toContain(answer.status);
      expectNoSessionCookie(answer);
    });

    it('is quiet about an account whose stored hash is damaged', async () => {
      const { id, username } = await host.people.person();
      for (const damaged of [
        '',
        '!',
        '$2b$04$short',
        '$bcrypt-sha256$v=2,t=2b,r=4$x$y',
        '$argon2id$v=19$m=1$a$b',
      ]) {
        await host.rows.update('sso_user', { id }, { password_hash: damaged });
        const answer = await host.visitor(client).login({ username, password: PASSWORD });
        expectRefused(answer, 401, 'invalid_credentials');
      }
    });
  });

  it('shows the page again with the user name kept and the password cleared', async () => {
    const { username } = await host.people.person();
    const { status, body } = await host.visitor('form').login({ username, password: 'wrong "password"' });
    expect(status).toBe(401);
    expect(inputIn(body, 'username')).toBe(username);
    expect(inputIn(body, 'password')).toBe('');
    expect(body).not.toContain('wrong &quot;password');
    expect(inputIn(body, 'csrf_token')).toMatch(/\S/);
  });

  it('tells a JSON client who it is and how the password stands', async () => {
    const { id, username, email } = await host.people.person();
    const { json, body } = await host.visitor().login({ username, password: PASSWORD });
    expect(json).toEqual({
      message: 'logged in',
      redirect_to: '/',
      user: expect.objectContaining({
        user_id: id,
        username,
        email,
        display_name: null,
        is_super_user: false,
      }),
      password_change_required: false,
      password_expires_at: null,
      password_about_to_expire: false,
    });
    expect(body).not.toContain('hash');
    expect(body).not.toContain('$bcrypt');
  });

  it('says when the password is about to expire, thirty days ahead', async () => {
    const { id, username } = await host.people.person();
    for (const [days, soon] of [
      [29, true],
      [31, false],
    ] as const) {
      const at = Date.now() + days * 86_400_000;
      await host.rows.update('sso_user', { id }, { password_expires_at: at });
      const { json } = await host.visitor().login({ username, password: PASSWORD });
      expect(json).toMatchObject({
        password_expires_at: new Date(at).toISOString(),
        password_about_to_expire: soon,
        password_change_required: false,
      });
    }
  });

  it('keeps names apart that differ by an accent', async () => {
    const name = freshUsername();
    const plain = await host.people.person({ username: `${name}-jose` });
    const accented = await host.people.person({ username: `${name}-josé` });
    for (const { id, username } of [plain, accented]) {
      const visitor = await host.people.signIn({ username, password: PASSWORD });
      expect((await visitor.get('/session')).json.user?.user_id).toBe(id);
    }
  });
});
