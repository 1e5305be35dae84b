import { beforeAll, describe, expect, it, vi } from 'vitest';
import { Database } from '../../src/database/database.js';
import type { SsoCaller } from '../../src/index.js';
import { codeOf } from '../service/stage.js';
import { databases } from '../support/databases.js';
import { hosted } from '../support/hosted.js';
import { freshUsername, OTHER_PASSWORD, PASSWORD, type Person } from '../support/people.js';
import type { Answer, Visitor } from '../support/visitor.js';

const signedOut = 'not_authenticated';

describe.each(databases)('whoever acts, on $name,', (database) => {
  const host = hosted({ database });

  /** Has something done after the actor was recognised, and before the transaction of what they do. */
  function meanwhile(happens: () => Promise<unknown>): void {
    const store = host.app.get(Database, { strict: false });
    const transaction = store.transaction.bind(store);
    vi.spyOn(store, 'transaction').mockImplementationOnce(async (work) => {
      await happens();
      return transaction(work);
    });
  }

  const system = () => host.people.caller;

  // The last one could not be locked.
  beforeAll(() => host.people.superUser());

  /** What may happen to somebody while what they do waits, and how it is then refused. */
  const endings: [name: string, code: string, happens: (person: Person) => Promise<unknown>][] = [
    ['are locked', signedOut, ({ id }) => host.service.lockUser(id, system())],
    ['are rejected', signedOut, ({ id }) => host.service.rejectUser(id, system())],
    [
      'are switched off',
      signedOut,
      ({ id }) => host.service.updateUserById(id, { isActive: false }, system()),
    ],
    ['are deleted', signedOut, ({ id }) => host.service.deleteUserById(id, system())],
    ['are signed out', signedOut, ({ id }) => host.service.revokeAllSessions(id, system())],
    [
      'get another password',
      signedOut,
      ({ id }) => host.service.changePassword({ userId: id, newPassword: OTHER_PASSWORD }, system()),
    ],
    [
      'must change the password',
      'password_change_required',
      ({ id }) => host.service.updateUserById(id, { mustChange: true }, system()),
    ],
  ];

  const demotion: (typeof endings)[number] = [
    'are demoted',
    'super_user_required',
    ({ id }) => host.service.updateUserById(id, { isSuperUser: false }, system()),
  ];

  type Call = (userId: string, caller: SsoCaller) => Promise<unknown>;

  const toOthers: [name: string, call: Call][] = [
    ['createUser', (_, caller) => host.service.createUser({ username: freshUsername() }, caller)],
    [
      'createUser with a password',
      (_, caller) => host.service.createUser({ username: freshUsername(), password: PASSWORD }, caller),
    ],
    ['createSuperUser', (_, caller) => host.service.createSuperUser({ username: freshUsername() }, caller)],
    ['updateUserById', (id, caller) => host.service.updateUserById(id, { isSuperUser: true }, caller)],
    ['lockUser', (id, caller) => host.service.lockUser(id, caller)],
    ['unlockUser', (id, caller) => host.service.unlockUser(id, caller)],
    ['approveUser', (id, caller) => host.service.approveUser(id, caller)],
    ['rejectUser', (id, caller) => host.service.rejectUser(id, caller)],
    ['deleteUserById', (id, caller) => host.service.deleteUserById(id, caller)],
    ['resetPassword', (id, caller) => host.service.resetPassword(id, caller)],
    [
      'changePassword',
      (userId, caller) => host.service.changePassword({ userId, newPassword: OTHER_PASSWORD }, caller),
    ],
    ['revokeAllSessions', (id, caller) => host.service.revokeAllSessions(id, caller)],
    [
      'revokeSession',
      async (id, caller) => {
        const [session] = await host.rows.sessionsOf(id);
        await host.service.revokeSession(String(session?.id), caller, id);
      },
    ],
  ];

  describe.each([...endings.map(([name]) => name), demotion[0]])('and %s meanwhile,', (name) => {
    const [, code = '', happens] = [...endings, demotion].find((one) => one[0] === name) ?? [];

    it.each(toOthers)('does nothing to others by %s', async (_, call) => {
      const boss = await host.people.superUser();
      const caller = { token: (await host.people.signIn(boss)).cookies.get('id') };
      const person = await host.people.person();
      const visitor = await host.people.signIn(person);
      const before = await host.rows.user(person.id);
      const users = await host.rows.count('sso_user');

      meanwhile(async () => happens?.(boss));
      expect(await codeOf(call(person.id, caller))).toBe(code);

      expect(await host.rows.user(person.id)).toEqual(before);
      expect(await visitor.isSignedIn()).toBe(true);
      expect(await host.rows.count('sso_user')).toBe(users - (name === 'are deleted' ? 1 : 0));
      const done = await host.rows.all('sso_audit_event', { actor: boss.id, outcome: 'success' });
      expect(done.map(({ action }) => action)).toEqual(['login']);
    });
  });

  const toThemselves: [name: string, call: Call][] = [
    ['updateCurrentUser', (_, caller) => host.service.updateCurrentUser({ displayName: 'Zed' }, caller)],
    ['revokeOtherSessions', (_, caller) => host.service.revokeOtherSessions(caller)],
    ['revokeAllSessions', (id, caller) => host.service.revokeAllSessions(id, caller)],
    [
      'changePassword',
      (_, caller) =>
        host.service.changePassword({ oldPassword: PASSWORD, newPassword: 'granite 7 stairs' }, caller),
    ],
  ];

  describe.each(endings.map(([name]) => name))('and %s meanwhile,', (name) => {
    const [, code = '', happens] = endings.find((one) => one[0] === name) ?? [];

    it.each(toThemselves)('does nothing to themselves by %s', async (method, call) => {
      const person = await host.people.person();
      const caller = { token: (await host.people.signIn(person)).cookies.get('id') };
      await host.people.signIn(person);
      let before: Record<string, unknown>[] = [];

      meanwhile(async () => {
        await happens?.(person);
        before = await host.rows.all('sso_user', { id: person.id });
      });
      // To choose a new password is what such a person has to do.
      const isDone = method === 'changePassword' && code === 'password_change_required';
      expect(await codeOf(call(person.id, caller))).toBe(isDone ? 'done' : code);

      if (!isDone) expect(await host.rows.all('sso_user', { id: person.id })).toEqual(before);
    });
  });

  it('as a super-user on their own password, has no say in its terms once demoted', async () => {
    const boss = await host.people.superUser();
    const caller = { token: (await host.people.signIn(boss)).cookies.get('id') };
    const terms = { oldPassword: PASSWORD, newPassword: OTHER_PASSWORD, passwordExpiry: null };
    meanwhile(() => demotion[2](boss));
    expect(await codeOf(host.service.changePassword(terms, caller))).toBe('super_user_required');
    meanwhile(() => host.service.updateUserById(boss.id, { firstName: 'Zed' }, system()));
    const plain = { oldPassword: PASSWORD, newPassword: OTHER_PASSWORD };
    expect(await codeOf(host.service.changePassword(plain, caller))).toBe('done');
  });

  it('is recorded as having tried, when they are demoted meanwhile', async () => {
    const boss = await host.people.superUser();
    const caller = { token: (await host.people.signIn(boss)).cookies.get('id') };
    const person = await host.people.person();
    meanwhile(() => demotion[2](boss));
    await codeOf(host.service.lockUser(person.id, caller));
    meanwhile(async () => undefined);
    await codeOf(host.service.changePassword({ userId: person.id, newPassword: OTHER_PASSWORD }, caller));
    const refused = await host.rows.all('sso_audit_event', { actor: boss.id, outcome: 'failure' });
    expect(refused.map(({ action, code, target }) => [action, code, target])).toEqual([
      ['access', 'super_user_required', person.id],
      ['password.change', 'super_user_required', person.id],
    ]);
  });

  const mutual: [name: string, act: (one: Visitor, other: Person) => Promise<Answer>][] = [
    ['demote', (one, { id }) => one.api('PATCH', `/users/${id}`, { is_super_user: false })],
    ['switch off', (one, { id }) => one.api('PATCH', `/users/${id}`, { is_active: false })],
    ['lock', (one, { id }) => one.api('POST', `/users/${id}/lock`)],
    ['reject', (one, { id }) => one.api('POST', `/users/${id}/reject`)],
    ['delete', (one, { id }) => one.api('DELETE', `/users/${id}`)],
  ];

  it.each(mutual)('as two super-users who %s each other at once: one is left', async (_, act) => {
    for (let round = 0; round < 6; round += 1) {
      const [one, two] = [await host.people.superUser(), await host.people.superUser()];
      const [mine, theirs] = [await host.people.signIn(one), await host.people.signIn(two)];
      const answers = await Promise.all([act(mine, two), act(theirs, one)]);
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
      for (const { status } of answers) expect([200, 401, 403]).toContain(status);
      const left = await host.rows.all('sso_user', {
        is_super_user: true,
        is_active: true,
        is_locked: false,
        approval_status: 'approved',
      });
      expect(left.filter(({ id }) => id === one.id || id === two.id)).toHaveLength(1);
    }
  });
});

describe.each(databases)('the last super-user, on $name,', (database) => {
  const host = hosted({ database });
  const system = () => host.people.caller;

  const takings: [name: string, take: (id: string) => Promise<unknown>][] = [
    ['demoted', (id) => host.service.updateUserById(id, { isSuperUser: false }, system())],
    ['switched off', (id) => host.service.updateUserById(id, { isActive: false }, system())],
    ['locked', (id) => host.service.lockUser(id, system())],
    ['rejected', (id) => host.service.rejectUser(id, system())],
    ['deleted', (id) => host.service.deleteUserById(id, system())],
  ];

  /** Super-users, when there are no others. */
  async function alone(count: number): Promise<Person[]> {
    await host.rows.update('sso_user', { is_super_user: true }, { is_super_user: false });
    const made: Person[] = [];
    for (let one = 0; one < count; one += 1) made.push(await host.people.superUser());
    return made;
  }

  it.each(takings)(
    'is not %s by the system either, until there is another who can sign in',
    async (_, take) => {
      const [boss, closed] = await alone(2);
      if (!boss || !closed) throw new Error('Nobody was made.');
      await host.service.lockUser(closed.id, system());
      const visitor = await host.people.signIn(boss);
      const before = await host.rows.user(boss.id);
      expect(await codeOf(take(boss.id))).toBe('last_super_user');
      expect(await codeOf(take(boss.id.toUpperCase()))).toBe('last_super_user');
      expect(await host.rows.user(boss.id)).toEqual(before);
      expect(await visitor.isSignedIn()).toBe(true);

      // One who cannot sign in anyway is no loss.
      expect(await codeOf(take(closed.id))).toBe('done');
      await host.people.superUser();
      expect(await codeOf(take(boss.id))).toBe('done');
    },
  );

  it.each(takings)('is not one of two who are %s at once', async (_, take) => {
    for (let round = 0; round < 5; round += 1) {
      const [one, two] = await alone(2);
      if (!one || !two) throw new Error('Nobody was made.');
      const codes = await Promise.all([codeOf(take(one.id)), codeOf(take(two.id))]);
      expect(codes.toSorted()).toEqual(['done', 'last_super_user']);
    }
  });

  it('may be renamed and get a new password', async () => {
    const [boss] = await alone(1);
    const id = boss?.id ?? '';
    expect(await codeOf(host.service.updateUserById(id, { username: freshUsername() }, system()))).toBe(
      'done',
    );
    expect(await codeOf(host.service.resetPassword(id, system()))).toBe('done');
    expect(await codeOf(host.service.updateUserById(id, { isSuperUser: true }, system()))).toBe('done');
  });
});
