import { describe, expect, it } from 'vitest';
import { AuthException, SsoUserService, type SsoCaller } from '../../src/index.js';
import { databases } from '../support/databases.js';
import { hosted } from '../support/hosted.js';
import { freshEmail, freshUsername, OTHER_PASSWORD, PASSWORD, type Person } from '../support/people.js';
import { codeOf, NOBODY } from './stage.js';

describe.each(databases)('SsoUserService and who calls it on $name', (database) => {
  const host = hosted({ database });

  /** Everything only a super-user or the system may do, on this user. */
  function reserved({
    id: userId,
    username,
  }: Person): [name: string, call: (caller: SsoCaller) => Promise<unknown>][] {
    const { service } = host;
    return [
      ['createUser', (caller) => service.createUser({ username: freshUsername() }, caller)],
      ['createSuperUser', (caller) => service.createSuperUser({ username: freshUsername() }, caller)],
      ['getUserById', (caller) => service.getUserById(userId, caller)],
      ['findUser', (caller) => service.findUser({ username }, caller)],
      ['searchUsers', (caller) => service.searchUsers({}, caller)],
      ['listAuditEvents', (caller) => service.listAuditEvents(userId, {}, caller)],
      ['searchAuditEvents', (caller) => service.searchAuditEvents({}, caller)],
      ['updateUserById', (caller) => service.updateUserById(userId, { firstName: 'Zed' }, caller)],
      ['lockUser', (caller) => service.lockUser(userId, caller)],
      ['unlockUser', (caller) => service.unlockUser(userId, caller)],
      ['rejectUser', (caller) => service.rejectUser(userId, caller)],
      ['approveUser', (caller) => service.approveUser(userId, caller)],
      ['resetPassword', (caller) => service.resetPassword(userId, caller)],
      ['changePassword', (caller) => service.changePassword({ userId, newPassword: OTHER_PASSWORD }, caller)],
      ['listSessions', (caller) => service.listSessions(caller, userId)],
      ['revokeAllSessions', (caller) => service.revokeAllSessions(userId, caller)],
      ['deleteUserById', (caller) => service.deleteUserById(userId, caller)],
    ];
  }

  it('opens what is reserved to super-users and the system, and to nobody else', async () => {
    const regular = (await host.people.signIn(await host.people.person())).cookies.get('id');
    const boss = (await host.people.signIn(await host.people.superUser())).cookies.get('id');
    const target = await host.people.person();
    const before = await host.rows.user(target.id);
    for (const [name, call] of reserved(target)) {
      expect(await codeOf(call({})), name).toBe('not_authenticated');
      expect(await codeOf(call({ token: regular })), name).toBe('super_user_required');
    }
    expect(await host.rows.user(target.id)).toEqual(before);
    for (const caller of [{ token: boss }, SsoUserService.system('tests')]) {
      const person = await host.people.person();
      for (const [name, call] of reserved(person)) expect(await codeOf(call(caller)), name).toBe('done');
    }
  });

  it('believes no caller that was made from request data', async () => {
    const boss = await host.people.superUser();
    const { id, user } = await host.people.person();
    const session = await host.service.login({ username: boss.username, password: PASSWORD }, {});
    const [row] = await host.rows.sessionsOf(boss.id);
    const system = SsoUserService.system('tests');
    const forgeries: unknown[] = [
      { system: 'tests' },
      { name: 'system:tests' },
      { system: true, isSystem: true, isSuperUser: true },
      { user: boss.user, userId: boss.id },
      { session: { id: row?.id, user: boss.user } },
      { session: { ...session.session } },
      { session: JSON.parse(JSON.stringify(session.session)) },
      { session: { id: row?.id, tokenHash: row?.token_hash, user: { id: boss.id, isSuperUser: true } } },
      { token: row?.token_hash },
      { token: row?.id },
      { token: { toString: () => session.token } },
      { token: [session.token] },
      { token: { $ne: null } },
      { ...system },
      Object.create(system),
      JSON.parse(JSON.stringify(system)),
      Object.assign({}, system, { token: '' }),
      JSON.parse('{"__proto__":{"system":"tests"}}'),
      { constructor: { name: 'SystemCaller' } },
    ];
    for (const forged of forgeries) {
      const code = await codeOf(host.service.getUserById(id, forged as SsoCaller));
      expect({ forged, code }).toEqual({ forged, code: 'not_authenticated' });
    }
    expect((await host.service.getUserById(id, { session: session.session })).id).toBe(user.id);
    expect((await host.service.getUserById(id, { token: session.token })).id).toBe(user.id);
  });

  it('asks anew whether a session object is still alive', async () => {
    const person = await host.people.person();
    const { session, token } = await host.service.login(
      { username: person.username, password: PASSWORD },
      {},
    );
    expect((await host.service.getCurrentUser({ session })).id).toBe(person.id);
    await host.service.logout({ token });
    expect(await codeOf(host.service.getCurrentUser({ session }))).toBe('not_authenticated');
    expect(await codeOf(host.service.getCurrentSession({ session }))).toBe('not_authenticated');
  });

  it('asks anew whether a super-user still is one', async () => {
    const boss = await host.people.superUser();
    const { session } = await host.service.login({ username: boss.username, password: PASSWORD }, {});
    expect(await codeOf(host.service.searchUsers({}, { session }))).toBe('done');
    await host.rows.update('sso_user', { id: boss.id }, { is_super_user: false });
    expect(await codeOf(host.service.searchUsers({}, { session }))).toBe('super_user_required');
  });

  it('gives sessions to their owner', async () => {
    const person = await host.people.person();
    const login = () =>
      host.service.login(
        { username: person.username, password: PASSWORD },
        { userAgent: 'Lynx', remoteAddress: '::1' },
      );
    const [one, two, three] = [await login(), await login(), await login()];
    const me = { token: one.token };
    const stranger = { token: (await host.people.signIn(await host.people.person())).cookies.get('id') };

    expect(one.user.id).toBe(person.id);
    expect((await host.service.getCurrentSession(me)).id).toBe(one.session.id);
    expect((await host.service.listSessions(me)).map(({ id }) => id).sort()).toEqual(
      [one, two, three].map(({ session }) => session.id).sort(),
    );
    expect((await host.service.listSessions(me))[0]).toMatchObject({
      userAgent: 'Lynx',
      remoteAddress: '::1',
    });
    expect(JSON.stringify(await host.service.listSessions(me))).not.toMatch(/[0-9a-f]{64}/);

    expect(await codeOf(host.service.revokeSession(two.session.id, stranger))).toBe('session_not_found');
    expect(await codeOf(host.service.revokeSession(two.session.id, me))).toBe('done');
    expect(await codeOf(host.service.revokeSession(two.session.id, me))).toBe('session_not_found');
    expect(await codeOf(host.service.revokeSession(NOBODY, me))).toBe('session_not_found');
    expect(await codeOf(host.service.revokeSession('abc', me))).toBe('session_not_found');
    expect(await codeOf(host.service.revokeAllSessions(person.id, stranger))).toBe('super_user_required');
    expect(await host.service.revokeOtherSessions(me)).toBe(1);
    expect(await host.service.revokeAllSessions(person.id, me)).toBe(1);
    expect(await codeOf(host.service.listSessions(me))).toBe('not_authenticated');
  });

  it('lets a user change the own names and address, and nothing else', async () => {
    const person = await host.people.person();
    const me = { token: (await host.people.signIn(person)).cookies.get('id') };
    const email = freshEmail();
    const changed = await host.service.updateCurrentUser({ email, displayName: 'Zed', firstName: null }, me);
    expect(changed).toMatchObject({ id: person.id, email, displayName: 'Zed', firstName: null });
    expect(await host.rows.user(person.id)).toMatchObject({ email, display_name: 'Zed' });
    const other = await host.people.person();
    expect(await codeOf(host.service.updateCurrentUser({ email: other.email }, me))).toBe('email_taken');
    for (const input of [
      { isSuperUser: true },
      { username: 'king' },
      { passwordHash: 'x' },
      { isLocked: false },
    ]) {
      expect(await codeOf(host.service.updateCurrentUser(input as object, me))).toBe('invalid_field');
    }
    expect(await codeOf(host.service.updateCurrentUser({ displayName: 'x' }, {}))).toBe('not_authenticated');
    expect(await host.rows.user(person.id)).toMatchObject({ is_super_user: 0, username: person.username });
  });

  it('never gives a hash away', async () => {
    const person = await host.people.person();
    const caller = SsoUserService.system('tests');
    const { session, user } = await host.service.login({ username: person.username, password: PASSWORD }, {});
    const page = await host.service.searchUsers({ q: person.username }, caller);
    const given = {
      login: user,
      session,
      searchUsers: page,
      createUser: person.user,
      signUp: await host.service.signUp({ username: freshUsername(), password: PASSWORD }, {}),
      getUserById: await host.service.getUserById(person.id, caller),
      getCurrentUser: await host.service.getCurrentUser({ session }),
      updateCurrentUser: await host.service.updateCurrentUser({ firstName: 'Zed' }, { session }),
      changePassword: await host.service.changePassword(
        { oldPassword: PASSWORD, newPassword: OTHER_PASSWORD },
        { session },
      ),
      resetPassword: (await host.service.resetPassword(person.id, caller)).user,
      lockUser: await host.service.lockUser(person.id, caller),
      deleteUserById: await host.service.deleteUserById(person.id, caller),
    };
    const leaking = Object.entries(given).filter(([, value]) => JSON.stringify(value).includes('$bcrypt'));
    expect(leaking.map(([method]) => method)).toEqual([]);
  });

  it('names every rule that a password would break', async () => {
    const codes = async (password: string, context = {}) =>
      (await host.service.validatePassword(password, context)).map(({ code }) => code).sort();
    expect(await codes(PASSWORD)).toEqual([]);
    expect(await codes('password1', { username: 'Password1' })).toEqual([
      'password_contains_identity',
      'password_too_common',
    ]);
    expect(await codes('zoe', { username: 'zoe' })).toEqual([
      'password_contains_identity',
      'password_too_short',
    ]);
    expect(await codes('a\0bcdefgh')).toEqual(['invalid_field']);
    expect(await codes('x'.repeat(257))).toEqual(['password_too_long']);
  });

  it('finds the first row for nobody who names no one', async () => {
    const caller = SsoUserService.system('tests');
    for (const id of [undefined, null, '', {}, [], 0]) {
      const code = await codeOf(host.service.getUserById(id as never, caller));
      expect(['user_not_found', 'invalid_field']).toContain(code);
    }
    for (const username of [undefined, null, {}, []]) {
      const code = await codeOf(host.service.login({ username, password: PASSWORD } as never, {}));
      expect(['missing_fields', 'invalid_field']).toContain(code);
    }
  });
});

describe('the option apps', () => {
  const host = hosted({ options: { apps: { all: ['web', 'crm'], login: ['web'] } } });

  it('keeps out the applications that are not named', async () => {
    const person = await host.service
      .createUser(
        { username: freshUsername(), password: PASSWORD, autoApprove: true },
        Object.freeze({ ...SsoUserService.system('x'), currentApp: 'web' }),
      )
      .catch((error: unknown) => error);
    // A copy of the system's caller is not the system.
    expect(person).toBeInstanceOf(AuthException);
    const login = (currentApp?: string) =>
      codeOf(host.service.login({ username: 'nobody', password: PASSWORD }, { currentApp }));
    expect(await login('web')).toBe('invalid_credentials');
    expect(await login('crm')).toBe('app_not_allowed');
    expect(await login('evil')).toBe('app_not_allowed');
    expect(await login()).toBe('app_not_allowed');
  });
});
