import { describe, expect, it } from 'vitest';
import { AuthException } from '../../src/index.js';
import { databases } from '../support/databases.js';
import { codesOf } from '../support/expectations.js';
import { hosted } from '../support/hosted.js';
import { OTHER_PASSWORD, PASSWORD } from '../support/people.js';
import { codeOf, NOBODY, Stage } from './stage.js';

describe.each(databases)('SsoUserService.changePassword, step by step, on $name', (database) => {
  const host = hosted({ database });
  const stage = new Stage(host);

  it.each([
    [{ oldPassword: PASSWORD, newPassword: OTHER_PASSWORD, unknown: 1 }],
    [{ oldPassword: PASSWORD, newPassword: OTHER_PASSWORD, old_password: PASSWORD }],
    [{ oldPassword: PASSWORD, newPassword: {} }],
    [{ oldPassword: [PASSWORD], newPassword: OTHER_PASSWORD }],
    [{ oldPassword: PASSWORD, newPassword: OTHER_PASSWORD, userId: 1 }],
    [{ oldPassword: PASSWORD, newPassword: OTHER_PASSWORD, userId: {} }],
    [{ oldPassword: PASSWORD, newPassword: OTHER_PASSWORD, mustChange: 'true' }],
    [{ newPassword: OTHER_PASSWORD, passwordExpiry: 0 }],
    [{ newPassword: OTHER_PASSWORD, passwordExpiry: -3 }],
    [{ newPassword: OTHER_PASSWORD, passwordExpiry: 1.5 }],
    [{ newPassword: OTHER_PASSWORD, passwordExpiry: '3' }],
    [{ newPassword: OTHER_PASSWORD, passwordExpiry: NaN }],
    [{ newPassword: OTHER_PASSWORD, passwordExpiry: Infinity }],
    [{ newPassword: OTHER_PASSWORD, passwordExpiry: new Date() }],
  ])('1. checks its input before it asks who is calling: %j', async (input) => {
    const { me, admin, person } = await stage.scene();
    const before = await host.rows.user(person.id);
    for (const caller of [{}, me, admin]) expect(await stage.change(input, caller)).toBe('invalid_field');
    expect(await host.rows.user(person.id)).toEqual(before);
  });

  it.each([null, undefined, [], 'text', 1])('1. refuses %j for an input', async (input) => {
    const { me } = await stage.scene();
    expect(await codeOf(host.service.changePassword(input as never, me))).toBe('invalid_field');
  });

  it('2. wants a live session before it looks at anything else', async () => {
    const { person, me } = await stage.scene();
    const dead = await host.people.signIn(person);
    const { token } = { token: dead.cookies.get('id') };
    await dead.logout();
    const input = { oldPassword: PASSWORD, newPassword: 'short', userId: NOBODY, mustChange: true };
    for (const caller of [{}, { token }, { token: '' }, { token: 'a'.repeat(43) }]) {
      expect(await stage.change(input, caller)).toBe('not_authenticated');
    }
    expect(await stage.change(input, me)).toBe('super_user_required');
  });

  it('3. tells a regular user nothing of others, not even that there are any', async () => {
    const { me, other } = await stage.scene();
    const before = await host.rows.user(other.id);
    for (const userId of [other.id, NOBODY, 'abc', '']) {
      const input = { oldPassword: PASSWORD, newPassword: OTHER_PASSWORD, userId };
      const code = await stage.change(input, me);
      // An empty id names nobody, so it is the caller's own.
      if (userId === '') expect(['done', 'invalid_field', 'super_user_required']).toContain(code);
      else expect(code).toBe('super_user_required');
    }
    expect(await host.rows.user(other.id)).toEqual(before);
  });

  it('3. takes the own id for oneself', async () => {
    const { me, person } = await stage.scene();
    expect(await stage.change({ newPassword: OTHER_PASSWORD, userId: person.id }, me)).toBe('missing_fields');
    const input = { oldPassword: PASSWORD, newPassword: OTHER_PASSWORD, userId: person.id };
    expect(await stage.change(input, me)).toBe('done');
    expect(await host.people.canLogIn(person.username, OTHER_PASSWORD)).toBe(true);
  });

  it.each([{ mustChange: true }, { mustChange: false }, { passwordExpiry: 3 }, { passwordExpiry: null }])(
    '4. never ignores %j of a regular user',
    async (extra) => {
      const { me, person } = await stage.scene();
      const before = await host.rows.user(person.id);
      for (const oldPassword of [PASSWORD, 'not this one']) {
        expect(await stage.change({ oldPassword, newPassword: OTHER_PASSWORD, ...extra }, me)).toBe(
          'super_user_required',
        );
      }
      expect(await host.rows.user(person.id)).toEqual(before);
    },
  );

  it('5. requires the old password to change your own, of super-users too', async () => {
    const { me, admin, boss, person } = await stage.scene();
    for (const [caller, { id }] of [
      [me, person],
      [admin, boss],
    ] as const) {
      const before = await host.rows.user(id);
      expect(await stage.change({ newPassword: OTHER_PASSWORD }, caller)).toBe('missing_fields');
      expect(await stage.change({ oldPassword: '', newPassword: OTHER_PASSWORD }, caller)).toBe(
        'missing_fields',
      );
      expect(await stage.change({ newPassword: OTHER_PASSWORD, userId: id }, caller)).toBe('missing_fields');
      expect(await stage.change({ oldPassword: 'not this one', newPassword: 'x' }, caller)).toBe(
        'incorrect_password',
      );
      expect(['user_not_found', 'missing_fields']).toContain(
        caller === admin
          ? await stage.change({ newPassword: OTHER_PASSWORD, userId: id.toUpperCase() }, caller)
          : 'missing_fields',
      );
      expect(await host.rows.user(id)).toEqual(before);
    }
  });

  it('5. refuses an old password of a super-user who changes that of another', async () => {
    const { admin, other } = await stage.scene();
    const before = await host.rows.user(other.id);
    const input = { newPassword: OTHER_PASSWORD, userId: other.id };
    expect(await stage.change({ ...input, oldPassword: PASSWORD }, admin)).toBe('invalid_field');
    expect(await host.rows.user(other.id)).toEqual(before);
    expect(await stage.change(input, admin)).toBe('done');
  });

  it('6. does not find whoever does not exist', async () => {
    const { admin } = await stage.scene();
    for (const userId of [NOBODY, 'abc', "' OR 1=1"]) {
      expect(await stage.change({ newPassword: 'short', userId }, admin)).toBe('user_not_found');
    }
  });

  it('7. reports every rule that is broken', async () => {
    const { admin } = await stage.scene();
    const name = await host.people.person({ username: 'Password1', email: null });
    const refusal = await host.service
      .changePassword({ newPassword: 'password1', userId: name.id }, admin)
      .catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(AuthException);
    if (!(refusal instanceof AuthException)) return;
    expect(refusal.getStatus()).toBe(422);
    expect(codesOf([...(refusal.errors ?? [])])).toEqual([
      'password_contains_identity',
      'password_too_common',
    ]);
    expect(refusal.errors?.map(({ field }) => field)).toEqual(['new_password', 'new_password']);
    expect(JSON.stringify(refusal.getResponse())).not.toContain('password1');
  });
});
