import { describe, expect, it } from 'vitest';
import { databases } from '../support/databases.js';
import {
  codesOf,
  expectDone,
  expectNoSessionCookie,
  expectRefused,
  expectSessionCookieCleared,
} from '../support/expectations.js';
import { hosted } from '../support/hosted.js';
import { inputIn, textOf } from '../support/page.js';
import { OTHER_PASSWORD, PASSWORD, THIRD_PASSWORD } from '../support/people.js';
import { clients } from '../support/visitor.js';

describe.each(databases)('a change of the password on $name', (database) => {
  const host = hosted({ database });

  describe.each(clients)('by %s', (client) => {
    it('counts at once and ends every session of the user, and of nobody else', async () => {
      const person = await host.people.person();
      const stranger = await host.people.signIn(await host.people.person());
      const elsewhere = await host.people.signIn(person);
      const visitor = await host.people.signIn(person, client);
      const stolen = visitor.twin();
      const before = await host.rows.user(person.id);

      const answer = await visitor.changePassword(PASSWORD, OTHER_PASSWORD);

      expectDone(answer, { to: '/login', message: 'password changed' });
      expectSessionCookieCleared(answer);
      for (const former of [stolen, elsewhere]) {
        expect(await former.isSignedIn()).toBe(false);
        expect((await former.get('/private')).status).toBe(401);
      }
      expect(await stranger.isSignedIn()).toBe(true);
      expect(await host.rows.sessionsOf(person.id)).toEqual([]);
      expect(await host.people.canLogIn(person.username, PASSWORD)).toBe(false);
      expect(await host.people.canLogIn(person.username, OTHER_PASSWORD)).toBe(true);
      const after = await host.rows.user(person.id);
      expect(after.password_version).toBe(Number(before.password_version) + 1);
      expect(Number(after.password_last_set)).toBeGreaterThan(Number(before.password_last_set));
      expect(after.password_hash).not.toBe(before.password_hash);
    });

    it('leaves a trace without any password', async () => {
      const person = await host.people.person();
      const visitor = await host.people.signIn(person, client);
      await visitor.changePassword(PASSWORD, OTHER_PASSWORD);
      const events = await host.rows.all('sso_audit_event', { target: person.id });
      const traces = events.filter((event) => /password/i.test(String(event.action)));
      expect(traces).toEqual([expect.objectContaining({ actor: person.id, outcome: 'success', code: null })]);
      const written = JSON.stringify(events) + host.log.lines.join('\n');
      for (const secret of [PASSWORD, OTHER_PASSWORD, '$bcrypt']) expect(written).not.toContain(secret);
    });

    it('refuses somebody who is not signed in before it looks at the fields', async () => {
      const visitor = host.visitor(client);
      expectRefused(await visitor.submit('/change-password', {}), 401, 'not_authenticated');
      expectRefused(await visitor.changePassword('a', 'b', 'c'), 401, 'not_authenticated');
    });

    it.each([
      ['nothing', {}, ['confirm_new_password', 'new_password', 'old_password']],
      [
        'an empty old password',
        { old_password: '', new_password: 'a', confirm_new_password: 'b' },
        ['confirm_new_password', 'new_password', 'old_password'],
      ],
      ['no confirmation', { old_password: 'a', new_password: OTHER_PASSWORD }, ['confirm_new_password']],
      [
        'no confirmation of one that is no good',
        { old_password: 'a', new_password: 'b' },
        ['confirm_new_password', 'new_password'],
      ],
    ])('asks for what is missing first, when it gets %s', async (_, fields, missing) => {
      const visitor = await host.people.signIn(await host.people.person(), client);
      const answer = await visitor.submit('/change-password', fields);
      expectRefused(answer, 422, 'missing_fields', missing);
      expectNoSessionCookie(answer);
      expect(await visitor.isSignedIn()).toBe(true);
    });

    it('compares the new passwords before it looks at the old one', async () => {
      const { id, visitor, before } = await someone();
      const answer = await visitor.changePassword('not this one', OTHER_PASSWORD, THIRD_PASSWORD);
      expectRefused(answer, 422, 'passwords_do_not_match');
      expect(await host.rows.user(id)).toEqual(before);
    });

    it('looks at the old password before the rules for the new one', async () => {
      const { id, visitor, before } = await someone();
      expectRefused(await visitor.changePassword('not this one', 'short'), 422, 'incorrect_password');
      expectRefused(
        await visitor.changePassword(PASSWORD.toUpperCase(), OTHER_PASSWORD),
        422,
        'incorrect_password',
      );
      expect(await host.rows.user(id)).toEqual(before);
      expect(await visitor.isSignedIn()).toBe(true);
    });

    it.each([
      ['password_too_short', 'Tiny-7x'],
      ['password_too_long', 'long words '.repeat(24)],
      ['password_too_common', 'pAssWord123'],
      ['password_unchanged', PASSWORD],
    ])('refuses a new password with %s and leaves everything as it is', async (code, password) => {
      const { id, visitor, before } = await someone();
      const answer = await visitor.changePassword(PASSWORD, password);
      expectRefused(answer, 422, code, ['new_password']);
      expectNoSessionCookie(answer);
      expect(await host.rows.user(id)).toEqual(before);
      expect(await visitor.isSignedIn()).toBe(true);
    });

    it('refuses a new password that holds the user name or the e-mail address', async () => {
      const { person, visitor } = await someone();
      for (const name of [person.username.toUpperCase(), person.email]) {
        const answer = await visitor.changePassword(PASSWORD, `${name} for ever`);
        expectRefused(answer, 422, 'password_contains_identity', ['new_password']);
      }
    });

    it('takes the old password under the name current_password too', async () => {
      const { person, visitor } = await someone();
      const answer = await visitor.submit('/change-password', {
        current_password: PASSWORD,
        new_password: OTHER_PASSWORD,
        confirm_new_password: OTHER_PASSWORD,
      });
      expectDone(answer, { to: '/login' });
      expect(await host.people.canLogIn(person.username, OTHER_PASSWORD)).toBe(true);
    });

    it.each(['user_id', 'id', 'username', 'userId'])(
      'cannot be aimed at somebody else by %s',
      async (field) => {
        const victim = await host.people.person();
        const { person, visitor } = await someone();
        const before = [await host.rows.user(victim.id), await host.rows.user(person.id)];
        const answer = await visitor.submit('/change-password', {
          old_password: PASSWORD,
          new_password: OTHER_PASSWORD,
          confirm_new_password: OTHER_PASSWORD,
          [field]: field === 'username' ? victim.username : victim.id,
        });
        expectRefused(answer, 422, 'invalid_field', [field]);
        expect([await host.rows.user(victim.id), await host.rows.user(person.id)]).toEqual(before);
      },
    );

    it('works for a super-user as for anybody else', async () => {
      const person = await host.people.superUser();
      const visitor = await host.people.signIn(person, client);
      expectRefused(await visitor.changePassword('not this one', OTHER_PASSWORD), 422, 'incorrect_password');
      expectDone(await visitor.changePassword(PASSWORD, OTHER_PASSWORD), { to: '/login' });
      expect(await host.people.canLogIn(person.username, OTHER_PASSWORD)).toBe(true);
    });

    async function someone() {
      const person = await host.people.person();
      const visitor = await host.people.signIn(person, client);
      return { person, id: person.id, visitor, before: await host.rows.user(person.id) };
    }
  });

  it('has a page that says who is signed in', async () => {
    const person = await host.people.person();
    const visitor = await host.people.signIn(person, 'form');
    const { status, body } = await visitor.page('/change-password');
    expect(status).toBe(200);
    expect(textOf(body)).toContain(`Signed in as ${person.username}`);
    expect(inputIn(body, 'csrf_token')).toMatch(/\S/);
  });

  it('sends a browser that is not signed in to the login and back', async () => {
    const { status, headers } = await host.visitor('form').page('/change-password');
    expect(status).toBe(303);
    expect(headers.location).toBe('/login?next=%2Fchange-password');
  });

  it('tells a JSON client that it is not signed in', async () => {
    expectRefused(await host.visitor().get('/change-password'), 401, 'not_authenticated');
  });

  it('repeats no password on the page that shows an error', async () => {
    const visitor = await host.people.signIn(await host.people.person(), 'form');
    const { body } = await visitor.changePassword('wrong old one', OTHER_PASSWORD);
    for (const name of ['old_password', 'new_password', 'confirm_new_password']) {
      expect(inputIn(body, name)).toBe('');
    }
    expect(body).not.toContain('wrong old one');
    expect(body).not.toContain(OTHER_PASSWORD);
  });

  it('reports every rule that the new password breaks', async () => {
    const visitor = await host.people.signIn(await host.people.person({ username: 'Password1' }));
    for (const [password, codes] of [
      ['password1', ['password_contains_identity', 'password_too_common']],
      ['mail', ['password_too_short']],
    ] as const) {
      const { json } = await visitor.changePassword(PASSWORD, password);
      expect(codesOf(json.errors)).toEqual(codes);
      expect(codes).toContain(json.code);
    }
  });
});
