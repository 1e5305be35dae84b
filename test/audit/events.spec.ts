import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SsoUserService } from '../../src/index.js';
import { databases } from '../support/databases.js';
import { hosted } from '../support/hosted.js';
import {
  freshEmail,
  freshUsername,
  OTHER_PASSWORD,
  PASSWORD,
  type Person,
  THIRD_PASSWORD,
} from '../support/people.js';
import { clients, type Visitor } from '../support/visitor.js';
import { headers } from '../hooks/recorder.js';
import { expectRecorded, Trail } from './trail.js';

const LOGIN = { action: 'login' };
const CHANGE = { action: 'password.change' };
const ACCESS = { action: 'access' };
const failed = (code: string): { outcome: string; code: string } => ({ outcome: 'failure', code });

describe.each(databases)('the audit on $name', (database) => {
  const host = hosted({ database });
  let trail: Trail;
  let boss: Person;
  let admin: Visitor;

  beforeAll(async () => {
    trail = new Trail(host);
    boss = await host.people.superUser();
    admin = await host.people.signIn(boss);
  });
  beforeEach(() => trail.begin());

  async function person(): Promise<Person> {
    const made = await host.people.person();
    await trail.begin();
    return made;
  }

  async function signedIn(
    client: Visitor['client'],
  ): Promise<{ id: string; visitor: Visitor; made: Person }> {
    const made = await host.people.person();
    const visitor = await host.people.signIn(made, client);
    await trail.begin();
    return { id: made.id, visitor, made };
  }

  describe.each(clients)('records by %s', (client) => {
    it('a login', async () => {
      const { id, username } = await person();
      await host.visitor(client).submit('/login', { username, password: PASSWORD }, headers);
      await expectRecorded(trail, { ...LOGIN, actor: id, target: id });
    });

    it('a login with a wrong password', async () => {
      const { id, username } = await person();
      await host.visitor(client).submit('/login', { username, password: 'not this one' }, headers);
      await expectRecorded(trail, { ...LOGIN, actor: null, target: id, ...failed('invalid_credentials') });
    });

    it('a login of nobody, without what was typed for a name', async () => {
      await host
        .visitor(client)
        .submit('/login', { username: 'hunter2hunter2', password: PASSWORD }, headers);
      await expectRecorded(trail, { ...LOGIN, actor: null, target: null, ...failed('invalid_credentials') });
      expect(host.log.lines.join('\n')).not.toContain('hunter2');
    });

    it.each([
      ['account_locked', { is_locked: true }],
      ['account_inactive', { is_active: false }],
      ['account_not_approved', { approval_status: 'rejected' }],
      ['password_expired', { password_must_change: true, password_expires_at: 1 }],
    ])('a login refused with %s', async (code, columns) => {
      const { id, username } = await person();
      await host.rows.update('sso_user', { id }, columns);
      await host.visitor(client).submit('/login', { username, password: PASSWORD }, headers);
      await expectRecorded(trail, { ...LOGIN, actor: null, target: id, ...failed(code) });
    });

    it('a login with a new password as both', async () => {
      const { id, username } = await person();
      const fields = { username, password: PASSWORD, new_password: OTHER_PASSWORD };
      await host.visitor(client).submit('/login', fields, headers);
      await expectRecorded(trail, { ...CHANGE, actor: id, target: id }, { ...LOGIN, actor: id, target: id });
    });

    it('a login refused for the new password', async () => {
      const { id, username } = await person();
      const fields = { username, password: PASSWORD, new_password: 'short' };
      await host.visitor(client).submit('/login', fields, headers);
      await expectRecorded(trail, { ...LOGIN, actor: null, target: id, ...failed('password_too_short') });
    });

    it('a logout, once', async () => {
      const { id, visitor } = await signedIn(client);
      const twin = visitor.twin();
      await visitor.submit('/logout', {}, headers);
      await twin.submit('/logout', {}, headers);
      await expectRecorded(trail, { action: 'logout', actor: id, target: id });
    });

    it('a change of the own password', async () => {
      const { id, visitor } = await signedIn(client);
      const fields = {
        old_password: PASSWORD,
        new_password: OTHER_PASSWORD,
        confirm_new_password: OTHER_PASSWORD,
      };
      await visitor.submit('/change-password', fields, headers);
      await expectRecorded(trail, { ...CHANGE, actor: id, target: id });
    });

    it.each([
      ['incorrect_password', 'not this one', OTHER_PASSWORD],
      ['password_too_short', PASSWORD, 'short'],
      ['password_unchanged', PASSWORD, PASSWORD],
    ])('a change refused with %s', async (code, oldPassword, newPassword) => {
      const { id, visitor } = await signedIn(client);
      const fields = {
        old_password: oldPassword,
        new_password: newPassword,
        confirm_new_password: newPassword,
      };
      await visitor.submit('/change-password', fields, headers);
      await expectRecorded(trail, { ...CHANGE, actor: id, target: id, ...failed(code) });
    });

    it('a registration', async () => {
      const username = freshUsername();
      const fields = { username, email: freshEmail(), password: PASSWORD, confirm_password: PASSWORD };
      await host.visitor(client).submit('/register', fields, headers);
      const { id } = await host.rows.one('sso_user', { username });
      await expectRecorded(trail, { action: 'user.register', actor: null, target: String(id) });
    });

    it('the end of one of the own sessions, and of all others', async () => {
      const { id, visitor, made } = await signedIn(client);
      await host.people.signIn(made);
      const { json } = await visitor.get('/sessions');
      const other = json.sessions?.find(({ current }) => !current);
      await host.people.signIn(made);
      await trail.begin();
      await visitor.api('DELETE', `/sessions/${other?.id}`, undefined, headers);
      await visitor.api('POST', '/sessions/revoke-others', {}, headers);
      const revoked = { action: 'session.revoke', actor: id, target: id };
      await expectRecorded(trail, revoked, revoked);
    });
  });

  it('records what a super-user does to another, with both', async () => {
    const { id, username } = await person();
    const steps: [string, string, unknown, string][] = [
      ['POST', '/password', { new_password: OTHER_PASSWORD }, 'password.change'],
      ['PATCH', '', { display_name: 'Zoe' }, 'user.update'],
      ['PATCH', '', { is_active: false }, 'user.update'],
      ['PATCH', '', { is_active: true, must_change: true }, 'user.update'],
      ['PATCH', '', { is_super_user: true }, 'user.role'],
      ['PATCH', '', { is_super_user: false, display_name: 'Zoe Z.' }, 'user.role'],
      ['POST', '/lock', undefined, 'user.lock'],
      ['POST', '/unlock', undefined, 'user.unlock'],
      ['POST', '/reject', undefined, 'user.reject'],
      ['POST', '/approve', undefined, 'user.approve'],
      ['DELETE', '/sessions', undefined, 'session.revoke'],
      ['DELETE', '', undefined, 'user.delete'],
    ];
    for (const [method, path, body, action] of steps) {
      await trail.begin();
      const answer = await admin.api(method, `/users/${id}${path}`, body, headers);
      expect({ action, status: answer.status }).toEqual({ action, status: 200 });
      await expectRecorded(trail, { action, actor: boss.id, target: id });
    }
    expect(await host.rows.count('sso_user', { username })).toBe(0);
    expect(await host.rows.count('sso_audit_event', { target: id })).toBeGreaterThan(steps.length);
  });

  it('records who tries what is for super-users, by form or JSON', async () => {
    const { id, visitor } = await signedIn('form');
    const { username } = await host.rows.one('sso_user', { id: boss.id });
    const refused = { ...ACCESS, actor: id, target: null, ...failed('super_user_required') };
    const tries = [
      () => visitor.api('GET', '/users', undefined, headers),
      () => visitor.api('GET', '/admin', undefined, headers),
      () => visitor.post(`/users/${boss.id}/password`, { new_password: OTHER_PASSWORD }, headers),
      () => visitor.api('PATCH', `/users/${id}`, { is_super_user: true }, headers),
      () => visitor.api('DELETE', `/users/${boss.id}`, undefined, headers),
    ];
    for (const attempt of tries) {
      await trail.begin();
      expect((await attempt()).status).toBe(403);
      await expectRecorded(trail, refused);
    }
    expect(await host.people.canLogIn(String(username), PASSWORD)).toBe(true);
  });

  it('records who calls what is for super-users or for the system, and about whom', async () => {
    const { id, visitor } = await signedIn('json');
    const about = boss.id.toUpperCase();
    const caller = { token: visitor.cookies.get('id'), remoteAddress: '192.0.2.7' };
    const { service } = host;
    const calls: [() => Promise<unknown>, string | null, string][] = [
      [() => service.getUserById(about, caller), boss.id, 'super_user_required'],
      [() => service.lockUser(about, caller), boss.id, 'super_user_required'],
      [() => service.deleteUserById('no id', caller), null, 'super_user_required'],
      [() => service.resetPassword(about, caller), boss.id, 'super_user_required'],
      [() => service.listSessions(caller, about), boss.id, 'super_user_required'],
      [() => service.revokeAllSessions(about, caller), boss.id, 'super_user_required'],
      [() => service.listAuditEvents(about, {}, caller), boss.id, 'super_user_required'],
      [() => service.searchUsers({}, caller), null, 'super_user_required'],
      [() => service.importUsers([], caller), null, 'system_caller_required'],
    ];
    for (const [call, target, code] of calls) {
      await trail.begin();
      await expect(call()).rejects.toMatchObject({ code });
      const from = { app: null, user_agent: null, correlation_id: null, remote_address: '192.0.2.7' };
      await expectRecorded(trail, { ...ACCESS, actor: id, target, ...failed(code), ...from });
    }
  });

  it('records a user whom a super-user makes', async () => {
    const fields = { username: freshUsername(), email: freshEmail() };
    const { json } = await admin.api('POST', '/users', fields, headers);
    await expectRecorded(trail, { action: 'user.create', actor: boss.id, target: String(json.user_id) });
  });

  it.each([
    ['a rule', { new_password: 'short' }, 'password_too_short'],
    ['the present one', { new_password: PASSWORD }, 'password_unchanged'],
  ])('records a password set by a super-user and refused for %s', async (_, fields, code) => {
    const { id } = await person();
    await admin.api('POST', `/users/${id}/password`, fields, headers);
    await expectRecorded(trail, { ...CHANGE, actor: boss.id, target: id, ...failed(code) });
  });

  it('records what the system does under its name, and a reset', async () => {
    const { id } = await person();
    const system = SsoUserService.system('night job');
    await host.service.resetPassword(id, system);
    await host.service.lockUser(id, system);
    const nowhere = { app: null, remote_address: null, user_agent: null, correlation_id: null };
    const actor = 'system:night job';
    await expectRecorded(
      trail,
      { action: 'password.reset', actor, target: id, ...nowhere },
      { action: 'user.lock', actor, target: id, ...nowhere },
    );
  });

  it('records what users change of themselves', async () => {
    const { id, visitor } = await signedIn('json');
    const caller = { token: visitor.cookies.get('id'), userAgent: 'a job', remoteAddress: '192.0.2.7' };
    await host.service.updateCurrentUser({ displayName: 'Zoe' }, caller);
    await expectRecorded(trail, {
      action: 'user.update',
      actor: id,
      target: id,
      app: null,
      remote_address: '192.0.2.7',
      user_agent: 'a job',
      correlation_id: null,
    });
  });

  it('records nothing where nothing is done', async () => {
    const { id } = await person();
    await admin.get(`/users/${id}`);
    await admin.api('PATCH', `/users/${id}`, {});
    await admin.get('/users');
    await host.visitor().get('/session');
    await host.visitor('form').page('/login');
    await expectRecorded(trail);
  });

  it('takes X-Request-Id where there is no X-Correlation-Id', async () => {
    const { id, username } = await person();
    const fields = { username, password: PASSWORD };
    await host.visitor().submit('/login', fields, { 'x-request-id': 'r-1' });
    await expectRecorded(trail, {
      ...LOGIN,
      actor: id,
      target: id,
      app: null,
      user_agent: null,
      correlation_id: 'r-1',
    });
  });

  it('writes down no change that lost a race', async () => {
    const made = await host.people.person();
    const visitors = await Promise.all([1, 2, 3, 4].map(() => host.people.signIn(made)));
    await trail.begin();
    await Promise.all(
      visitors.map((one, index) => one.changePassword(PASSWORD, `${THIRD_PASSWORD} ${index}`)),
    );
    const won = (await trail.rows()).filter(({ outcome }) => outcome === 'success');
    expect(won).toMatchObject([{ action: 'password.change', actor: made.id, target: made.id }]);
  });
});

describe.each(databases)('the audit with throttling on $name', (database) => {
  const account = { failures: 2, window: '12h', wait: '1m', maxWait: '15m' };
  const host = hosted({
    database,
    options: { throttle: { account, oldPasswords: { attempts: 1, window: '5m' } } },
  });

  it.each(clients)('records each login that was throttled, by %s', async (client) => {
    const { username } = await host.people.person();
    const trail = new Trail(host);
    await trail.begin();
    for (const password of ['wrong one', 'wrong two', PASSWORD])
      await host.visitor(client).submit('/login', { username, password }, headers);
    expect((await trail.rows()).map(({ action, actor, code }) => [action, actor, code])).toEqual([
      ['login', null, 'invalid_credentials'],
      ['login', null, 'invalid_credentials'],
      ['login', null, 'too_many_attempts'],
    ]);
    expect(trail.lines().map(({ event }) => event)).toEqual(await trail.rows());
  });

  it.each(clients)('records a change that was throttled, by %s', async (client) => {
    const made = await host.people.person();
    const visitor = await host.people.signIn(made, client);
    const trail = new Trail(host);
    await visitor.changePassword('not this one', OTHER_PASSWORD);
    await trail.begin();
    const fields = {
      old_password: PASSWORD,
      new_password: OTHER_PASSWORD,
      confirm_new_password: OTHER_PASSWORD,
    };
    await visitor.submit('/change-password', fields, headers);
    await expectRecorded(trail, {
      ...CHANGE,
      actor: made.id,
      target: made.id,
      ...failed('too_many_attempts'),
    });
  });
});
