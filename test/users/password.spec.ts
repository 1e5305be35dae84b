import { describe, expect, it } from 'vitest';
import { databases } from '../support/databases.js';
import { expectRefused } from '../support/expectations.js';
import { hosted } from '../support/hosted.js';
import { OTHER_PASSWORD, PASSWORD } from '../support/people.js';

const DAY = 86_400_000;

describe.each(databases)("somebody else's password, to a super-user, on $name", (database) => {
  const host = hosted({ database });

  async function scene() {
    const boss = await host.people.superUser();
    const admin = await host.people.signIn(boss);
    const person = await host.people.person();
    const visitor = await host.people.signIn(person);
    return { boss, admin, person, visitor, path: `/users/${person.id}/password` };
  }

  it('is changed without the old one, and must be changed again unless told otherwise', async () => {
    const { admin, person, visitor, path } = await scene();
    for (const [fields, mustChange] of [
      [{ new_password: 'first granite 7 stairs' }, true],
      [{ new_password: 'second granite 7 stairs', must_change: false }, false],
      [{ new_password: 'third granite 7 stairs', must_change: true }, true],
    ] as const) {
      const { status, json } = await admin.api('POST', path, fields);
      expect(status).toBe(200);
      expect(json).toMatchObject({
        message: 'password changed',
        user: { user_id: person.id, must_change: mustChange },
      });
      expect(await host.people.canLogIn(person.username, fields.new_password)).toBe(true);
    }
    expect(await visitor.isSignedIn()).toBe(false);
    expect(await host.people.canLogIn(person.username, PASSWORD)).toBe(false);
  });

  it('expires after the days given, never by null', async () => {
    const { admin, person, path } = await scene();
    await admin.api('POST', path, { new_password: OTHER_PASSWORD, password_expiry: 3 });
    const days = (Number((await host.rows.user(person.id)).password_expires_at) - Date.now()) / DAY;
    expect(days).toBeGreaterThan(2.99);
    expect(days).toBeLessThanOrEqual(3);
    await admin.api('POST', path, { new_password: PASSWORD, password_expiry: null });
    expect((await host.rows.user(person.id)).password_expires_at).toBeNull();
  });

  it.each([
    [{}, 'missing_fields'],
    [{ new_password: '' }, 'missing_fields'],
    [{ new_password: 'short' }, 'password_too_short'],
    [{ new_password: 'password123' }, 'password_too_common'],
    [{ new_password: PASSWORD }, 'password_unchanged'],
    [{ new_password: 'x'.repeat(257) }, 'password_too_long'],
    [{ new_password: 12345678 }, 'invalid_field'],
    [{ new_password: OTHER_PASSWORD, must_change: 'yes' }, 'invalid_field'],
    [{ new_password: OTHER_PASSWORD, password_expiry: 0 }, 'invalid_field'],
    [{ new_password: OTHER_PASSWORD, password_expiry: -1 }, 'invalid_field'],
    [{ new_password: OTHER_PASSWORD, password_expiry: 2.5 }, 'invalid_field'],
    [{ new_password: OTHER_PASSWORD, password_expiry: '3' }, 'invalid_field'],
    [{ new_password: OTHER_PASSWORD, old_password: PASSWORD }, 'invalid_field'],
    [{ new_password: OTHER_PASSWORD, user_id: 'x' }, 'invalid_field'],
  ])('refuses %j', async (fields, code) => {
    const { admin, person, visitor, path } = await scene();
    const before = await host.rows.user(person.id);
    expectRefused(await admin.api('POST', path, fields), 422, code);
    expect(await host.rows.user(person.id)).toEqual(before);
    expect(await visitor.isSignedIn()).toBe(true);
  });

  it('is not the way to change the own one', async () => {
    const { boss, admin } = await scene();
    const before = await host.rows.user(boss.id);
    const answer = await admin.api('POST', `/users/${boss.id}/password`, { new_password: OTHER_PASSWORD });
    expect(answer.status).toBe(422);
    expect(answer.json.code).toBe('missing_fields');
    const disguised = `/users/${boss.id.toUpperCase()}/password`;
    expect([404, 422]).toContain(
      (await admin.api('POST', disguised, { new_password: OTHER_PASSWORD })).status,
    );
    expect(await host.rows.user(boss.id)).toEqual(before);
  });
});
