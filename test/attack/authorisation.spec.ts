import { describe, expect, it } from 'vitest';
import { AuthException, type SsoCaller } from '../../src/index.js';
import { databases } from '../support/databases.js';
import { expectRefused } from '../support/expectations.js';
import { hosted } from '../support/hosted.js';
import { freshUsername, OTHER_PASSWORD, PASSWORD } from '../support/people.js';
import { clients, HTML } from '../support/visitor.js';
import { raw } from './raw.js';

/** What no stranger and no regular user may set, in every spelling a mapper might understand. */
const forbidden: [field: string, value: unknown][] = [
  ['is_superuser', true],
  ['is_super_user', true],
  ['isSuperUser', true],
  ['IS_SUPER_USER', true],
  ['is_admin', true],
  ['admin', true],
  ['role', 'admin'],
  ['roles', ['admin']],
  ['id', '00000000-0000-7000-8000-000000000000'],
  ['user_id', '00000000-0000-7000-8000-000000000000'],
  ['is_active', true],
  ['is_locked', false],
  ['approval_status', 'approved'],
  ['sign_up_status', 'final'],
  ['must_change', false],
  ['password_must_change', false],
  ['password_expiry', 9999],
  ['password_expires_at', null],
  ['password_hash', `$2b$04$${'.'.repeat(53)}`],
  ['passwordHash', `$2b$04$${'.'.repeat(53)}`],
  ['password_version', 7],
  ['username_key', 'admin'],
  ['locked_until', 0],
  ['failed_attempts', 0],
  ['created_at', 0],
  ['__v', 1],
  ['user', { is_super_user: true }],
  ['user[is_super_user]', true],
];

describe('mass assignment', () => {
  const host = hosted({ options: { register: { userDefaults: {} } } });

  describe.each(clients)('by %s', (client) => {
    it('T-12 mass assignment: a registration with one field too many makes nobody', async () => {
      const before = await host.rows.count('sso_user');
      for (const [field, value] of forbidden) {
        const username = freshUsername();
        const good = { username, password: PASSWORD, confirm_password: PASSWORD };
        const answer = await host.visitor(client).register({ ...good, [field]: value });
        expect({ field, status: answer.status }).toEqual({ field, status: 422 });
      }
      expect(await host.rows.count('sso_user')).toBe(before);
    });

    it('T-12 mass assignment: a change or a login with one field too many changes no column', async () => {
      const person = await host.people.person();
      const visitor = await host.people.signIn(person, client);
      const before = await host.rows.user(person.id);
      for (const [field, value] of forbidden) {
        const change = { old_password: PASSWORD, new_password: OTHER_PASSWORD };
        for (const [path, fields] of [
          ['/change-password', { ...change, confirm_new_password: OTHER_PASSWORD }],
          ['/login', { username: person.username, password: PASSWORD }],
        ] as const) {
          const { status } = await visitor.submit(path, { ...fields, [field]: value });
          expect({ path, field, status }).toEqual({ path, field, status: 422 });
        }
      }
      expect(await host.rows.user(person.id)).toEqual(before);
    });
  });

  it('T-12 mass assignment: a super-user sets no column that is no field either', async () => {
    const admin = await host.people.signIn(await host.people.superUser());
    const { id } = await host.people.person();
    const before = await host.rows.user(id);
    const fields = new Set(['is_super_user', 'is_active', 'must_change', 'password_expires_at']);
    for (const [field, value] of forbidden.filter(([name]) => !fields.has(name))) {
      const answer = await admin.api('PATCH', `/users/${id}`, { [field]: value });
      expect({ field, status: answer.status, code: answer.json.code }).toEqual({
        field,
        status: 422,
        code: 'invalid_field',
      });
    }
    expect(await host.rows.user(id)).toEqual(before);
  });
});

describe.each(databases)('somebody else, on $name,', (database) => {
  const host = hosted({ database });

  it('T-13 IDOR: the own password and the id of another change nobody, wherever the id stands', async () => {
    const [mine, theirs] = [await host.people.person(), await host.people.person()];
    const visitor = await host.people.signIn(mine);
    const fields = {
      old_password: PASSWORD,
      new_password: OTHER_PASSWORD,
      confirm_new_password: OTHER_PASSWORD,
    };
    const before = await host.rows.user(theirs.id);
    for (const key of ['user_id', 'userId', 'id', 'username', 'target', 'user[id]']) {
      const value = key === 'username' ? theirs.username : theirs.id;
      expectRefused(
        await visitor.api('POST', '/change-password', { ...fields, [key]: value }),
        422,
        'invalid_field',
      );
    }
    expect((await visitor.api('POST', `/change-password/${theirs.id}`, fields)).status).toBe(404);
    expect(await host.rows.user(theirs.id)).toEqual(before);
    // In the query and in headers it is looked at by nobody: the own password changes.
    const headers = { 'x-user-id': theirs.id, 'x-username': theirs.username };
    const query = `/change-password?user_id=${theirs.id}&username=${theirs.username}`;
    expect((await visitor.api('POST', query, fields, headers)).status).toBe(200);
    expect(await host.rows.user(theirs.id)).toEqual(before);
    expect(await host.people.canLogIn(mine.username, OTHER_PASSWORD)).toBe(true);
  });

  it('T-13 IDOR: what was recorded of a user is for super-users', async () => {
    const [mine, theirs] = [await host.people.person(), await host.people.person()];
    const visitor = await host.people.signIn(mine);
    for (const { id } of [mine, theirs])
      expectRefused(await visitor.get(`/users/${id}/audit`), 403, 'super_user_required');
    expectRefused(await host.visitor().get(`/users/${theirs.id}/audit`), 401, 'not_authenticated');
  });

  it('T-13 IDOR: a super-user may act on another, never on the own standing', async () => {
    const [one, two] = [await host.people.superUser(), await host.people.superUser()];
    const admin = await host.people.signIn(one);
    for (const id of [one.id, one.id.toUpperCase()]) {
      for (const [method, path, fields] of [
        ['POST', `/users/${id}/lock`, undefined],
        ['POST', `/users/${id}/reject`, undefined],
        ['DELETE', `/users/${id}`, undefined],
        ['PATCH', `/users/${id}`, { is_super_user: false }],
        ['PATCH', `/users/${id}`, { is_active: false }],
      ] as const) {
        expectRefused(await admin.api(method, path, fields), 409, 'cannot_target_self');
      }
      const password = await admin.api('POST', `/users/${id}/password`, { new_password: OTHER_PASSWORD });
      expect(password.status).toBe(422);
    }
    expect((await admin.api('PATCH', `/users/${two.id}`, { is_super_user: false })).status).toBe(200);
    expect(await admin.isSignedIn()).toBe(true);
  });

  it('T-22b undefined identity: nobody is ever the first row', async () => {
    await host.people.superUser();
    const before = await host.rows.all('sso_user');
    const nobodies: unknown[] = [undefined, null, {}, { token: undefined }, { token: '' }, { token: null }];
    const { service } = host;
    for (const nobody of nobodies) {
      const caller = nobody as SsoCaller;
      for (const call of [
        () => service.getCurrentUser(caller),
        () => service.getCurrentSession(caller),
        () => service.getUserById(String(before[0]?.id), caller),
        () => service.listSessions(caller),
        () => service.changePassword({ oldPassword: PASSWORD, newPassword: OTHER_PASSWORD }, caller),
      ]) {
        // A missing caller is a mistake of the host's code, not of a request: any error will do.
        await expect((async (): Promise<unknown> => call())()).rejects.toBeInstanceOf(
          nobody === undefined || nobody === null ? Error : AuthException,
        );
      }
    }
    for (const id of [undefined, null, {}, [], '', 0, NaN, { id: before[0]?.id }]) {
      for (const call of [
        () => service.getUserById(id as string, host.people.caller),
        () => service.lockUser(id as string, host.people.caller),
        () => service.deleteUserById(id as string, host.people.caller),
        () => service.revokeAllSessions(id as string, host.people.caller),
      ]) {
        await expect((async (): Promise<unknown> => call())()).rejects.toBeInstanceOf(Error);
      }
    }
    expect(await host.rows.all('sso_user')).toEqual(before);
  });
});

describe('a session that must change its password', () => {
  const host = hosted();

  it('T-35 T-36 must-change: no other case, method, path or header leads past it', async () => {
    const boss = await host.people.superUser();
    const sibling = await host.people.signIn(boss);
    await host.rows.update('sso_user', { id: boss.id }, { password_must_change: true });
    const late = host.visitor();
    await late.login({ username: boss.username, password: PASSWORD, next: '/admin' });
    for (const { cookies } of [sibling, late]) {
      const cookie = `Cookie: id=${cookies.get('id')}`;
      for (const [method, target] of [
        ['GET', '/private'],
        ['HEAD', '/private'],
        ['GET', '/PRIVATE'],
        ['GET', '/private/'],
        ['GET', `${host.url}/private`],
        ['GET', '/private?must_change=false'],
        ['POST', '/private'],
        ['GET', '/admin'],
        ['GET', '/sessions'],
        ['POST', '/sessions/revoke-others'],
        ['GET', '/users'],
        ['GET', '/USERS/'],
        ['GET', `/users/${boss.id}`],
        ['GET', `/users/${boss.id}/audit`],
        ['POST', `/users/${boss.id}/unlock`],
        ['DELETE', `/users/${boss.id}/sessions`],
      ] as const) {
        const answer = await raw(host.url, {
          method,
          target,
          headers: [
            cookie,
            'Accept: application/json',
            'X-Original-URL: /change-password',
            'X-HTTP-Method-Override: GET',
          ],
        });
        expect({ method, target, status: answer.status }).toEqual({ method, target, status: 403 });
      }
      const page = await raw(host.url, { target: '/private', headers: [cookie, `Accept: ${HTML}`] });
      expect([page.status, page.header('location')]).toEqual([303, ['/change-password?next=%2Fprivate']]);
      for (const target of ['/change-password', '/logout', '/session', '/styles.css']) {
        expect((await raw(host.url, { target, headers: [cookie] })).status, target).toBe(200);
      }
    }
    expect(await host.rows.sessionsOf(boss.id)).toHaveLength(2);
  });

  it('T-35 temporary password: the new one is another, also in another Unicode form', async () => {
    const admin = await host.people.signIn(await host.people.superUser());
    const person = await host.people.person();
    const temporary = 'caf\u00e9 harbour ﬁddle 77';
    await admin.api('POST', `/users/${person.id}/password`, { new_password: temporary });
    for (const again of [temporary, temporary.normalize('NFD'), temporary.normalize('NFKC')]) {
      const visitor = host.visitor();
      await visitor.login({ username: person.username, password: temporary });
      expectRefused(await visitor.changePassword(temporary, again), 422, 'password_unchanged');
      expectRefused(await visitor.get('/private'), 403, 'password_change_required');
    }
  });
});
