import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { AuditSink, LoginHooks, PasswordHasher } from '../../src/index.js';
import { BcryptSha256Hasher } from '../../src/password/bcrypt-sha256.hasher.js';
import { boot, type TestApplication } from '../support/application.js';
import { expectDone, expectNoSessionCookie } from '../support/expectations.js';
import { freshUsername, OTHER_PASSWORD, PASSWORD } from '../support/people.js';
import { clients, type Answer } from '../support/visitor.js';

const SECRET_CAUSE = 'the plan of the host’s cellar';
/** How hashes begin that only the broken hasher knows. */
const BROKEN = '$broken$';
const fail = (): never => {
  throw new Error(SECRET_CAUSE);
};

function expectBroken(answer: Answer): void {
  expect(answer.status).toBe(500);
  expect(answer.body).not.toContain(SECRET_CAUSE);
  expectNoSessionCookie(answer);
}

describe.each(clients)('when the host’s own code fails, by %s,', (client) => {
  let host: TestApplication;
  let hooks: LoginHooks = {};
  let heard: string[] = [];

  const broken: PasswordHasher = {
    id: 'broken',
    matches: (stored) => stored.startsWith(BROKEN),
    hash: fail,
    verify: fail,
    needsRehash: () => false,
  };
  const sinks: AuditSink[] = [
    { record: fail },
    { record: async () => fail() },
    { record: ({ action }) => void heard.push(action) },
  ];

  beforeAll(async () => {
    host = await boot({
      options: {
        login: {
          hooks: {
            preLogin: (context) => hooks.preLogin?.(context),
            loginSuccess: (context) => hooks.loginSuccess?.(context),
            loginFailure: (context, code) => hooks.loginFailure?.(context, code),
            passwordChanged: (context, actor) => hooks.passwordChanged?.(context, actor),
            registered: (context) => hooks.registered?.(context),
          },
        },
        audit: { sinks },
        password: { hashers: [broken] },
      },
    });
  });
  afterEach(() => {
    hooks = {};
    heard = [];
    host.log.takeErrors();
  });
  afterAll(() => host?.close());

  const throwing: [string, () => never | Promise<never>][] = [
    ['throws', fail],
    ['rejects', async () => fail()],
  ];

  describe.each(throwing)('and a hook %s,', (_, hook) => {
    it.each([
      ['preLogin', PASSWORD],
      ['loginSuccess', PASSWORD],
      ['preLogin', OTHER_PASSWORD],
      ['loginFailure', OTHER_PASSWORD],
    ] as const)('%s makes the login a 500 without a session', async (name, password) => {
      const person = await host.people.person();
      hooks = { [name]: hook };
      const answer = await host.visitor(client).login({ username: person.username, password });
      expectBroken(answer);
      expect(await host.rows.sessionsOf(person.id)).toEqual([]);
      expect((await host.rows.user(person.id)).last_login).toBeNull();
      hooks = {};
      expect(await host.people.canLogIn(person.username, PASSWORD)).toBe(true);
    });

    it('loginSuccess leaves the password as it was, also when a new one came along', async () => {
      const person = await host.people.person();
      const before = await host.rows.user(person.id);
      hooks = { loginSuccess: hook };
      const fields = { username: person.username, password: PASSWORD, new_password: OTHER_PASSWORD };
      expectBroken(await host.visitor(client).login(fields));
      expect(await host.rows.user(person.id)).toEqual(before);
    });

    it('passwordChanged holds nothing up: the change stands, and the log says so', async () => {
      const person = await host.people.person();
      const visitor = await host.people.signIn(person, client);
      hooks = { passwordChanged: hook };
      expectDone(await visitor.changePassword(PASSWORD, OTHER_PASSWORD), { to: '/login' });
      hooks = {};
      expect(host.log.takeErrors().join()).toMatch(/hook failed after the commit/);
      expect(await host.people.canLogIn(person.username, OTHER_PASSWORD)).toBe(true);
      expect(await host.people.canLogIn(person.username, PASSWORD)).toBe(false);
      expect(await host.rows.count('sso_password_history', { user_id: person.id })).toBe(1);
    });

    it('registered holds nothing up: the account stands, and the log says so', async () => {
      const username = freshUsername();
      hooks = { registered: hook };
      const fields = { username, password: PASSWORD, confirm_password: PASSWORD };
      expectDone(await host.visitor(client).register(fields), { to: '/login', status: 201 });
      hooks = {};
      expect(host.log.takeErrors().join()).toMatch(/hook failed after the commit/);
      expect(await host.people.canLogIn(username, PASSWORD)).toBe(true);
    });
  });

  it('a hasher that throws makes the login and the change a 500, with nothing changed', async () => {
    const person = await host.people.person();
    const visitor = await host.people.signIn(person, client);
    const { password_hash: hash } = await host.rows.user(person.id);
    await host.rows.update('sso_user', { id: person.id }, { password_hash: `${BROKEN}1` });
    const before = await host.rows.user(person.id);
    const credentials = { username: person.username, password: PASSWORD };
    expectBroken(await host.visitor(client).login(credentials));
    expectBroken(await host.visitor(client).login({ ...credentials, new_password: OTHER_PASSWORD }));
    expectBroken(await visitor.changePassword(PASSWORD, OTHER_PASSWORD));
    expect(await host.rows.user(person.id)).toEqual(before);
    expect(await host.rows.sessionsOf(person.id)).toHaveLength(1);
    expect(await visitor.isSignedIn()).toBe(true);
    await host.rows.update('sso_user', { id: person.id }, { password_hash: hash });
    expect(await host.people.canLogIn(person.username, PASSWORD)).toBe(true);
  });

  it('a new hash that cannot be made leaves the old password, and makes no account', async () => {
    const person = await host.people.person();
    const visitor = await host.people.signIn(person, client);
    const before = await host.rows.user(person.id);
    const username = freshUsername();
    const hash = vi.spyOn(BcryptSha256Hasher.prototype, 'hash').mockImplementation(async () => fail());
    try {
      const fields = { username: person.username, password: PASSWORD, new_password: OTHER_PASSWORD };
      expectBroken(await host.visitor(client).login(fields));
      expectBroken(await visitor.changePassword(PASSWORD, OTHER_PASSWORD));
      const newcomer = { username, password: PASSWORD, confirm_password: PASSWORD };
      expectBroken(await host.visitor(client).register(newcomer));
    } finally {
      hash.mockRestore();
    }
    expect(await host.rows.user(person.id)).toEqual(before);
    expect(await host.rows.sessionsOf(person.id)).toHaveLength(1);
    expect(await host.rows.count('sso_user', { username })).toBe(0);
    expectDone(await visitor.changePassword(PASSWORD, OTHER_PASSWORD), { to: '/login' });
  });

  it('a sink that throws holds nothing up, nor the sinks after it', async () => {
    const person = await host.people.person();
    const visitor = await host.people.signIn(person, client);
    expectDone(await visitor.changePassword(PASSWORD, OTHER_PASSWORD), { to: '/login' });
    expect(heard).toEqual(['user.create', 'login', 'password.change']);
    const errors = host.log.takeErrors();
    expect(errors).toHaveLength(2 * heard.length);
    for (const line of errors) expect(line).toMatch(/^error: An audit sink failed: Error\b/);
    expect(errors.join()).not.toContain(SECRET_CAUSE);
  });
});
