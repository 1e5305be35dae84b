import { Controller, Post, UseGuards } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { TableColumn } from 'typeorm';
import { describe, expect, it } from 'vitest';
import { formToken, signIn } from '../../src/auth.testing.js';
import {
  authEntitiesFor,
  authMigrations,
  CsrfGuard,
  CurrentUser,
  SignedIn,
  type SsoUser,
} from '../../src/index.js';
import { Member } from '../database/member.js';
import { running } from '../host/running.js';
import { boot } from '../support/application.js';
import { databases } from '../support/databases.js';
import { expectDone, expectRefused } from '../support/expectations.js';
import { hosted } from '../support/hosted.js';
import { freshEmail, freshUsername, OTHER_PASSWORD, PASSWORD } from '../support/people.js';
import type { Visitor } from '../support/visitor.js';

class AddNickname1863700000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const column = new TableColumn({ name: 'nickname', type: 'varchar', length: '50', isNullable: true });
    await runner.addColumn('sso_user', column);
  }

  async down(): Promise<void> {}
}

@Controller('form')
class FormController {
  @Post()
  @SignedIn()
  @UseGuards(CsrfGuard)
  post(@CurrentUser() user: SsoUser): object {
    return { username: user.username };
  }
}

describe.each(databases)('signIn() on $name', (database) => {
  const host = hosted({
    database,
    options: { userEntity: Member },
    dataSource: {
      entities: authEntitiesFor(Member),
      migrations: [...authMigrations, AddNickname1863700000000],
    },
    controllers: [FormController],
  });

  function bearing(cookie: string): Visitor {
    const visitor = host.visitor();
    for (const pair of cookie.split('; ')) {
      const [name = '', value = ''] = pair.split(/=(.*)/);
      visitor.cookies.put(name, value);
    }
    return visitor;
  }

  const nameBehind = async (cookie: string): Promise<string | undefined> =>
    (await bearing(cookie).get('/session')).json.user?.username;

  it('makes a user of its own each time', async () => {
    const names = [await nameBehind(await signIn(host.app)), await nameBehind(await signIn(host.app))];
    expect(names).toEqual([expect.stringMatching(/^test-/), expect.stringMatching(/^test-/)]);
    expect(names[0]).not.toBe(names[1]);
  });

  it('makes the user of a name, and takes that one again', async () => {
    const username = freshUsername();
    const cookies = [await signIn(host.app, username), await signIn(host.app, username.toUpperCase())];
    expect(await Promise.all(cookies.map(nameBehind))).toEqual([username, username]);
    expect(cookies[0]).not.toBe(cookies[1]);
    expect(await host.rows.count('sso_user', { username })).toBe(1);
  });

  it('makes one user for tests that ask at once', async () => {
    const username = freshUsername();
    const cookies = await Promise.all([1, 2, 3].map(() => signIn(host.app, { username })));
    expect(await Promise.all(cookies.map(nameBehind))).toEqual([username, username, username]);
    expect(await host.rows.count('sso_user', { username })).toBe(1);
  });

  it('takes a user who is there, by name or as an entity, and leaves the password as it is', async () => {
    const { id, username, user } = await host.people.person();
    for (const given of [username, { username }, { id }, user]) {
      expect(await nameBehind(await signIn(host.app, given))).toBe(username);
    }
    expect(await host.people.canLogIn(username, PASSWORD)).toBe(true);
    const visitor = bearing(await signIn(host.app, user));
    expectDone(await visitor.changePassword(PASSWORD, OTHER_PASSWORD), { to: '/login' });
  });

  it("gives a new user the columns that it is told, the host's own too", async () => {
    const [username, email] = [freshUsername(), freshEmail()];
    const cookie = await signIn<Member>(host.app, {
      username,
      email,
      isSuperUser: true,
      displayName: 'Zoé',
      nickname: 'Zed',
    });
    const visitor = bearing(cookie);
    expect((await visitor.get('/admin')).json).toEqual({ username });
    expect((await visitor.get('/session')).json.user).toMatchObject({ email, display_name: 'Zoé' });
    const [user] = await host.rows.all('sso_user', { username });
    expect(user).toMatchObject({ nickname: 'Zed', email_key: email, display_name_key: 'zoé' });
    const { users } = await host.service.searchUsers({ q: email }, host.people.caller);
    expect(users).toHaveLength(1);
  });

  it('is refused where no super-user is', async () => {
    expectRefused(await bearing(await signIn(host.app)).get('/admin'), 403, 'super_user_required');
  });

  it('leads one who must change the password to nothing else', async () => {
    const visitor = bearing(await signIn(host.app, { passwordMustChange: true }));
    expectRefused(await visitor.get('/private'), 403, 'password_change_required');
  });

  it('is as a login in the database, and hashes no password', async () => {
    const username = freshUsername();
    await signIn(host.app, username);
    const [user = {}] = await host.rows.all('sso_user', { username });
    expect(user).toMatchObject({ password_hash: null, last_login: expect.any(Number), is_active: 1 });
    expect(await host.rows.sessionsOf(String(user['id']))).toHaveLength(1);
    const events = await host.rows.all('sso_audit_event', { target: user['id'] });
    expect(events.map(({ actor, action }) => [actor, action])).toEqual(
      expect.arrayContaining([
        ['system:testing', 'user.create'],
        [user['id'], 'login'],
      ]),
    );
    expect(events).toHaveLength(2);
    expect(await host.people.canLogIn(username, PASSWORD)).toBe(false);
  });

  it.each([
    [{ isLocked: true }, 'locked', 'account_locked'],
    [{ isActive: false }, 'not active', 'account_inactive'],
    [{ signUpStatus: 'before_confirmation' }, 'not active', 'account_inactive'],
    [{ approvalStatus: 'rejected' }, 'not been approved', 'account_not_approved'],
    [{ passwordMustChange: true, passwordExpiresAt: new Date(0) }, 'expired', 'password_expired'],
  ] as const)('says why somebody cannot sign in: %o', async (columns, words, code) => {
    const username = freshUsername();
    for (const given of [{ username, ...columns }, username]) {
      const error: unknown = await signIn(host.app, given).catch((one: unknown) => one);
      expect(error).toMatchObject({ message: expect.stringContaining(words), cause: { code } });
      expect(String(error)).toContain(`"${username}" cannot log in. `);
    }
    const { id } = await host.rows.one('sso_user', { username });
    expect(await host.rows.sessionsOf(String(id))).toEqual([]);
  });

  it('says that somebody is there who is not as the test wants', async () => {
    const { username, email } = await host.people.person();
    expect(await nameBehind(await signIn(host.app, { username, email, isSuperUser: false }))).toBe(username);
    await expect(signIn(host.app, { username, isSuperUser: true, email: 'x@example.org' })).rejects.toThrow(
      `"${username}" already exists, with a different isSuperUser, email.`,
    );
    await expect(signIn(host.app, { email })).rejects.toThrow('email address is already in use');
  });

  it.each([
    [{ userName: 'zoe' }, 'userName is no column that it may set. Did you mean username?'],
    [{ superUser: true }, 'superUser is no column'],
    [{ id: '0190a6e2-7b9c-7c0e-8f00-00000000002a' }, 'there is no user with the id 0190a6e2'],
    [{ id: 'nobody' }, 'there is no user with the id nobody'],
    ['two words', '"two words" is not a user name'],
    ['', '"" is not a user name'],
    [null, 'A test user must be a user name or an object of columns.'],
    [42, 'A test user must be a user name or an object of columns.'],
  ])('says what is wrong with %o', async (given, message) => {
    await expect(signIn(host.app, given as object)).rejects.toThrow(message);
  });

  it('needs no more for JSON, and formToken() for a form', async () => {
    const username = freshUsername();
    const own = await signIn(host.app, username);
    expect((await bearing(own).api('POST', '/form', {})).json).toEqual({ username });
    expectRefused(await bearing(own).post('/form', {}), 403, 'csrf_failed');

    const { cookie, token } = formToken(host.app, own);
    const answer = await bearing(cookie).post('/form', { csrf_token: token });
    expect(answer.json).toEqual({ username });
    const other = formToken(host.app, await signIn(host.app));
    expectRefused(await bearing(cookie).post('/form', { csrf_token: other.token }), 403, 'csrf_failed');
  });

  it("has formToken() for a stranger's form", async () => {
    const { username } = await host.people.person();
    const { cookie, token } = formToken(host.app);
    const fields = { username, password: PASSWORD, csrf_token: token };
    expectDone(await bearing(cookie).post('/login', fields), { to: '/' });
  });
});

describe('signIn()', () => {
  it("has the cookie's name from the options, in production too", async () => {
    const options = { production: true, session: { cookieName: 'sid' } };
    await running(await boot({ options }), async ({ app, visitor }) => {
      const cookie = await signIn(app);
      expect(cookie).toMatch(/^__Host-sid=[\w-]{43}$/);
      expect((await visitor().api('GET', '/private', undefined, { cookie })).status).toBe(200);
      expect(formToken(app, cookie).cookie).toMatch(/^__Host-sid=[\w-]{43}; __Host-csrf=\S+$/);
    });
  });

  it('asks neither hooks, throttle nor `apps`, and ends the oldest session as a login does', async () => {
    const options = {
      apps: { all: ['shop'] },
      login: { hooks: { preLogin: () => 'No.', loginSuccess: () => 'No.' } },
      session: { maxPerUser: 2 },
      throttle: { loginsPerAddress: { attempts: 1, window: '1h' } },
    };
    await running(await boot({ options }), async ({ app, rows }) => {
      for (let i = 0; i < 3; i++) await signIn(app, 'zoe');
      expect(await rows.count('sso_session')).toBe(2);
    });
  });

  it('says so where AuthModule is not', async () => {
    class EmptyModule {}
    const app = await NestFactory.createApplicationContext(EmptyModule, { logger: false });
    await expect(signIn(app)).rejects.toThrow(
      'signIn() and formToken() need an application with AuthModule.forRoot()',
    );
    await app.close();
  });
});
