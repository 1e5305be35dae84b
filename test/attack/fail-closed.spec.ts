import bcrypt from 'bcrypt';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { LoginHooks, SsoAuditEvent, SsoPasswordHistory, SsoSession, SsoUser } from '../../src/index.js';
import { databases } from '../support/databases.js';
import { expectNoSessionCookie } from '../support/expectations.js';
import { hosted } from '../support/hosted.js';
import { freshUsername, OTHER_PASSWORD, PASSWORD } from '../support/people.js';
import { clients } from '../support/visitor.js';

const SECRET_OF_A_DRIVER = 'password authentication failed for user "owner" at 10.0.0.5';

describe.each(databases)('a part that fails in the midst of it, on $name,', (database) => {
  const host = hosted({ database });
  afterEach(() => {
    vi.restoreAllMocks();
    // What failed was meant to, and is in the log.
    host.log.takeErrors();
  });

  /** Refuses the next write to the table of this entity, as a driver does. */
  function breakWritesOf(entity: unknown, method: 'insert' | 'update' | 'delete'): void {
    const prototype: unknown = Object.getPrototypeOf(host.dataSource.manager);
    const target = prototype as Record<string, (...args: unknown[]) => unknown>;
    const original = target[method];
    vi.spyOn(target, method).mockImplementation(async function (this: unknown, ...args: unknown[]) {
      if (args[0] === entity) throw Object.assign(new Error(SECRET_OF_A_DRIVER), { code: '57P01' });
      return original?.apply(this, args);
    });
  }

  it.each(clients)(
    'T-51 fail closed, by %s: a login whose session or trace cannot be written is none',
    async (client) => {
      for (const [entity, method] of [
        [SsoSession, 'insert'],
        [SsoAuditEvent, 'insert'],
        [SsoUser, 'update'],
      ] as const) {
        const person = await host.people.person();
        const before = await host.rows.user(person.id);
        breakWritesOf(entity, method);
        const answer = await host.visitor(client).login({ username: person.username, password: PASSWORD });
        vi.restoreAllMocks();
        expect({ entity: entity.name, status: answer.status }).toEqual({ entity: entity.name, status: 503 });
        expectNoSessionCookie(answer);
        expect(answer.body).not.toContain('10.0.0.5');
        expect(await host.rows.sessionsOf(person.id)).toEqual([]);
        expect(await host.rows.user(person.id)).toEqual(before);
        expect(await host.people.canLogIn(person.username, PASSWORD)).toBe(true);
      }
    },
  );

  it('T-51 fail closed: a change that cannot be written whole leaves the old password and the sessions', async () => {
    for (const [entity, method] of [
      [SsoUser, 'update'],
      [SsoPasswordHistory, 'insert'],
      [SsoSession, 'delete'],
      [SsoAuditEvent, 'insert'],
    ] as const) {
      const person = await host.people.person();
      const visitor = await host.people.signIn(person);
      const before = await host.rows.user(person.id);
      breakWritesOf(entity, method);
      const answer = await visitor.changePassword(PASSWORD, OTHER_PASSWORD);
      vi.restoreAllMocks();
      expect({ entity: entity.name, status: answer.status }).toEqual({ entity: entity.name, status: 503 });
      expect(await host.rows.user(person.id)).toEqual(before);
      expect(await host.rows.count('sso_password_history', { user_id: person.id })).toBe(0);
      expect(await visitor.isSignedIn()).toBe(true);
      expect((await visitor.changePassword(PASSWORD, OTHER_PASSWORD)).status).toBe(200);
    }
  });

  it('T-51 fail closed: a logout that cannot be done says so, and does not clear the cookie', async () => {
    const visitor = await host.people.signIn(await host.people.person());
    breakWritesOf(SsoSession, 'delete');
    const answer = await visitor.logout();
    vi.restoreAllMocks();
    expect(answer.status).toBe(503);
    expectNoSessionCookie(answer);
    expect((await visitor.logout()).status).toBe(200);
  });

  it('T-51 fail closed: what is administered but not recorded is not done', async () => {
    const admin = await host.people.signIn(await host.people.superUser());
    const { id } = await host.people.person();
    const before = await host.rows.all('sso_user');
    for (const [method, path, fields] of [
      ['POST', `/users/${id}/lock`, undefined],
      ['POST', `/users/${id}/reject`, undefined],
      ['PATCH', `/users/${id}`, { is_super_user: true }],
      ['POST', `/users/${id}/password`, { new_password: OTHER_PASSWORD }],
      ['POST', '/users', { username: freshUsername() }],
      ['DELETE', `/users/${id}`, undefined],
    ] as const) {
      breakWritesOf(SsoAuditEvent, 'insert');
      const { status } = await admin.api(method, path, fields);
      vi.restoreAllMocks();
      expect({ method, path, status }).toEqual({ method, path, status: 503 });
    }
    expect(await host.rows.all('sso_user')).toEqual(before);
  });
});

class Hooks extends LoginHooks {
  static veto: Partial<LoginHooks> = {};
  override preLogin = () => Hooks.veto.preLogin?.({ username: '' });
  override loginSuccess = () => Hooks.veto.loginSuccess?.({ username: '' });
}

describe('code of the host that fails', () => {
  const host = hosted({ options: { login: { hooks: Hooks } }, providers: [Hooks] });
  afterEach(() => {
    Hooks.veto = {};
    vi.restoreAllMocks();
    host.log.takeErrors();
  });

  it.each(clients)(
    'T-51 T-56 fail closed, by %s: a hasher or a hook that throws opens no session',
    async (client) => {
      const boom = async () => {
        throw new Error('inner words at /srv/app/secret.ts:1:1');
      };
      for (const spoil of [
        () => vi.spyOn(bcrypt, 'hash').mockImplementation(boom),
        () => (Hooks.veto = { preLogin: boom }),
        () => (Hooks.veto = { loginSuccess: boom }),
      ]) {
        const { id, username } = await host.people.person();
        const visitor = host.visitor(client);
        spoil();
        const answer = await visitor.login({ username, password: PASSWORD });
        Hooks.veto = {};
        vi.restoreAllMocks();
        expect(answer.status).toBe(500);
        expectNoSessionCookie(answer);
        expect(answer.body).not.toMatch(/secret\.ts|inner words|orchard|Error:/);
        expect(await host.rows.sessionsOf(id)).toEqual([]);
        expect((await visitor.login({ username, password: PASSWORD })).status).toBe(
          client === 'form' ? 303 : 200,
        );
      }
    },
  );
});
