import { describe, expect, it } from 'vitest';
import { expectPrivate, expectShielded } from '../headers/shield.js';
import { databases } from '../support/databases.js';
import { expectRefused } from '../support/expectations.js';
import { hosted } from '../support/hosted.js';
import { inputIn, noticeIn, textOf } from '../support/page.js';
import { freshEmail, freshUsername, OTHER_PASSWORD, PASSWORD } from '../support/people.js';
import type { Visitor } from '../support/visitor.js';
import { boardOf, generatedIn, ticksIn } from './board.js';

const DAY = 86_400_000;
const NOBODY = '00000000-0000-7000-8000-000000000000';

describe.each(databases)('the forms of super-users on $name', (database) => {
  const host = hosted({ database });

  describe('decide about a user', () => {
    it.each([
      ['lock', { is_locked: true }, 'The user has been locked and logged out everywhere.'],
      ['unlock', { is_locked: false }, 'The user has been unlocked.'],
      ['approve', { approval_status: 'approved' }, 'The user has been approved.'],
      ['reject', { approval_status: 'rejected' }, 'The user has been rejected and logged out everywhere.'],
    ])('%s leads back to the user, where a sentence says so', async (step, state, notice) => {
      const { admin, own, send } = await boardOf(host);
      const answer = await send(`${own}/${step}`);
      expect([answer.status, answer.headers.location, answer.body]).toEqual([303, own, '']);
      expectPrivate(answer);
      expect(noticeIn((await admin.page(own)).body)).toBe(notice);
      expect((await admin.get(own)).json).toMatchObject(state);
    });

    it('and end all sessions', async () => {
      const { admin, own, person, send } = await boardOf(host);
      const visitor = await host.people.signIn(person);
      const answer = await send(`${own}/sessions/revoke`);
      expect([answer.status, answer.headers.location]).toEqual([303, own]);
      expect(await visitor.isSignedIn()).toBe(false);
      expect(noticeIn((await admin.page(own)).body)).toBe('The user has been logged out everywhere.');
      await host.people.signIn(person);
      expect((await admin.api('POST', `${own}/sessions/revoke`)).json).toEqual({ revoked: 1 });
    });

    it('and end one session, which is that of this user', async () => {
      const { admin, boss, own, person, send } = await boardOf(host);
      const [one, other] = [await host.people.signIn(person), await host.people.signIn(person)];
      const idOf = async (visitor: Visitor) =>
        (await visitor.get('/sessions')).json.sessions?.find(({ current }) => current)?.id ?? '';
      const [first, second] = [await idOf(one), await idOf(other)];
      const answer = await send(`${own}/sessions/${first}/revoke`);
      expect([answer.status, answer.headers.location]).toEqual([303, own]);
      expect(noticeIn((await admin.page(own)).body)).toBe('The session has been logged out.');
      expect([await one.isSignedIn(), await other.isSignedIn()]).toEqual([false, true]);

      for (const id of [first, await idOf(admin), 'abc', NOBODY]) {
        expectRefused(await send(`${own}/sessions/${id}/revoke`), 404, 'session_not_found');
        expectRefused(await admin.api('DELETE', `${own}/sessions/${id}`), 404, 'session_not_found');
      }
      expect((await admin.api('DELETE', `${own}/sessions/${second}`)).json).toEqual({ revoked: 1 });
      expect([await other.isSignedIn(), await admin.isSignedIn()]).toEqual([false, true]);
      const { body } = await admin.get(`${own}/audit`);
      const { events } = JSON.parse(body) as { events: { action: string; actor: string; outcome: string }[] };
      expect(
        events.filter(({ action, outcome }) => action === 'session.revoke' && outcome === 'success'),
      ).toEqual([expect.objectContaining({ actor: boss.id }), expect.objectContaining({ actor: boss.id })]);
    });

    it('but not about oneself, which the own page says in an alert', async () => {
      const { admin, boss, send } = await boardOf(host);
      const own = `/users/${boss.id}`;
      for (const [path, fields] of [
        [`${own}/lock`, {}],
        [`${own}/reject`, {}],
        [`${own}/delete`, {}],
        [own, { is_super_user: 'false' }],
        [own, { is_active: 'false' }],
      ] as const) {
        const answer = await send(path, fields);
        expectRefused(answer, 409, 'cannot_target_self');
        expectShielded(answer);
        expect(answer.message).toBe('You cannot do this to your own account.');
        expect(answer.body).toContain(`<h1>${boss.username}</h1>`);
      }
      expect((await admin.get(own)).json).toMatchObject({ is_active: true, is_super_user: true });
    });
  });

  describe('edit a user', () => {
    it('with everything that the form holds, and empty what was emptied', async () => {
      const { admin, own, person, send } = await boardOf(host, { displayName: 'Old', firstName: 'Zoë' });
      const username = freshUsername();
      const answer = await send(own, {
        username,
        email: '',
        display_name: 'Zoë Berg',
        first_name: '',
        last_name: 'Berg',
        password_expires_at: '2030-01-31T12:00:00Z',
        must_change: ['false', 'true'],
        is_active: ['false', 'true'],
        is_super_user: 'false',
      });
      expect([answer.status, answer.headers.location]).toEqual([303, own]);
      const page = await admin.page(own);
      expect(noticeIn(page.body)).toBe('The changes have been saved.');
      expect(ticksIn(page.body)).toEqual(['must_change', 'is_active']);
      expect((await admin.get(own)).json).toMatchObject({
        user_id: person.id,
        username,
        email: null,
        display_name: 'Zoë Berg',
        first_name: null,
        last_name: 'Berg',
        password_expires_at: '2030-01-31T12:00:00.000Z',
        must_change: true,
        is_active: true,
        is_super_user: false,
      });
    });

    it('with a time that has no zone as UTC, and keep the seconds of one that nobody has changed', async () => {
      const { admin, own, send } = await boardOf(host);
      const expiry = async () => (await admin.get(own)).json.password_expires_at;
      await send(own, { password_expires_at: '2030-01-31T12:00' });
      expect(await expiry()).toBe('2030-01-31T12:00:00.000Z');
      await admin.api('PATCH', own, { password_expires_at: '2031-02-03T04:05:06.789Z' });
      const { body } = await admin.page(own);
      const field = /<input id="password_expires_at"[^>]*>/.exec(body)?.[0] ?? '';
      expect(field).toContain('type="datetime-local"');
      expect(inputIn(body, 'password_expires_at')).toBe('2031-02-03T04:05');
      const shown = inputIn(body, 'shown');
      await send(own, { shown, password_expires_at: '2031-02-03T04:05', last_name: 'Berg' });
      expect(await expiry()).toBe('2031-02-03T04:05:06.789Z');
      await send(own, { shown, password_expires_at: '2031-02-03T04:06', last_name: 'Berg' });
      expect(await expiry()).toBe('2031-02-03T04:06:00.000Z');
      expectRefused(
        await admin.api('PATCH', own, { password_expires_at: '2031-02-03T04:05' }),
        422,
        'invalid_field',
      );
    });

    it('and leave alone what they do not name', async () => {
      const { admin, own, person, send } = await boardOf(host, { displayName: 'Zoë' });
      await send(own, { last_name: 'Berg' });
      expect((await admin.get(own)).json).toMatchObject({
        email: person.email,
        display_name: 'Zoë',
        last_name: 'Berg',
        is_active: true,
      });
    });

    it('and record a change of rights only where there is one', async () => {
      const { admin, own, send } = await boardOf(host);
      await send(own, { display_name: 'Z', is_super_user: 'false' });
      await send(own, { is_super_user: 'on' });
      const { body } = await admin.get(`${own}/audit`);
      const actions = (JSON.parse(body) as { events: { action: string }[] }).events.map((e) => e.action);
      expect(actions).toEqual(['user.role', 'user.update', 'user.create']);
    });

    it('and say beside the fields what is wrong, with what was typed', async () => {
      const { admin, own, person, send } = await boardOf(host);
      const fields = {
        username: 'two words',
        email: 'nonsense',
        display_name: 'x'.repeat(256),
        password_expires_at: 'tomorrow',
        is_super_user: ['false', 'true'],
        is_active: 'false',
      };
      const answer = await send(own, fields);
      expectRefused(answer, 422, 'invalid_field', [
        'display_name',
        'email',
        'password_expires_at',
        'username',
      ]);
      expectShielded(answer);
      expect(textOf(answer.body)).toContain('Display name must have at most');
      for (const name of ['username', 'email', 'password_expires_at'] as const)
        expect(inputIn(answer.body, name)).toBe(fields[name]);
      expect(ticksIn(answer.body)).toEqual(['is_super_user']);
      const other = await host.people.person();
      expectRefused(await send(own, { username: other.username }), 409, 'username_taken', ['username']);
      expect((await admin.get(own)).json).toMatchObject({ username: person.username, is_active: true });
    });

    it.each(['is_active=maybe', 'is_active=true&is_active=false', 'is_active[]=true', 'is_active[a]=1'])(
      'and take no %s for a box',
      async (sent) => {
        const { admin, own } = await boardOf(host);
        const { csrf_token: token } = await admin.token('/users/new');
        const answer = await admin.send('POST', own, {
          headers: { accept: 'text/html', 'content-type': 'application/x-www-form-urlencoded' },
          body: `csrf_token=${encodeURIComponent(String(token))}&${sent}`,
        });
        expect(answer.status).toBe(422);
        expect((await admin.get(own)).json.is_active).toBe(true);
      },
    );

    it('which JSON can post too, as strictly as it patches', async () => {
      const { admin, own } = await boardOf(host);
      const { status, json } = await admin.api('POST', own, { display_name: 'Z', is_active: true });
      expect([status, json.display_name]).toEqual([200, 'Z']);
      for (const fields of [{ is_active: 'true' }, { must_change: 'on' }, { email: 1 }, { nick: 'x' }])
        expectRefused(await admin.api('POST', own, fields), 422, 'invalid_field', Object.keys(fields));
    });
  });

  describe('create a user', () => {
    it('with the password that was typed, and lead to the user', async () => {
      const { admin, send } = await boardOf(host);
      const [username, email] = [freshUsername(), freshEmail()];
      const before = Date.now();
      const answer = await send('/users', {
        username,
        email,
        display_name: '',
        first_name: 'Zoë',
        last_name: '',
        password: PASSWORD,
        password_expiry: '10',
        must_change: 'false',
        is_super_user: 'false',
        auto_approve: ['false', 'true'],
      });
      expect(answer.status).toBe(303);
      const page = await admin.page(answer.headers.location ?? '');
      expect(noticeIn(page.body)).toBe('The user has been created.');
      const { json } = await admin.get(answer.headers.location ?? '');
      expect(json).toMatchObject({
        username,
        email,
        display_name: null,
        first_name: 'Zoë',
        must_change: false,
      });
      const days = (Date.parse(json.password_expires_at ?? '') - before) / DAY;
      expect(Math.floor(days)).toBe(10);
      expect(await host.people.canLogIn(username, PASSWORD)).toBe(true);
    });

    it('without one show the one that was made up, this once', async () => {
      const { admin, send } = await boardOf(host);
      const username = freshUsername();
      const answer = await send('/users', {
        username,
        email: '',
        password: '',
        password_expiry: '',
        must_change: ['false', 'true'],
        auto_approve: ['false', 'true'],
      });
      const path = answer.headers.location ?? '';
      expect([answer.status, path, answer.body]).toEqual([
        303,
        expect.stringMatching(/^\/users\/[\w-]{36}\/password\/generate$/),
        '',
      ]);
      expectPrivate(answer);
      const page = await admin.page(path);
      expect(page.status).toBe(200);
      expectPrivate(page);
      expectShielded(page);
      expect(noticeIn(page.body)).toBe('The user has been created.');
      const password = generatedIn(page);
      expect(password.length).toBeGreaterThanOrEqual(16);
      expect((await host.visitor().login({ username, password })).json).toMatchObject({
        password_change_required: true,
      });
      const back = /<a href="(\/users\/[^"]*)">/.exec(page.body)?.[1] ?? '';
      expect((await admin.page(back)).body).not.toContain(password);
      expect(host.log.lines.join('\n')).not.toContain(password);
    });

    it('and say beside the fields what is wrong, with what was typed but the password', async () => {
      const { send, person } = await boardOf(host);
      const users = await host.rows.count('sso_user');
      const missing = await send('/users', { username: '', email: 'z@example.org', password: PASSWORD });
      expectRefused(missing, 422, 'missing_fields', ['username']);
      expect(inputIn(missing.body, 'email')).toBe('z@example.org');
      expect(inputIn(missing.body, 'password')).toBe('');
      const taken = await send('/users', { username: person.username, must_change: 'false' });
      expectRefused(taken, 409, 'username_taken', ['username']);
      expect(ticksIn(taken.body)).toEqual([]);
      const days = await send('/users', { username: freshUsername(), password_expiry: '1.5' });
      expectRefused(days, 422, 'invalid_field', ['password_expiry']);
      expect(inputIn(days.body, 'password_expiry')).toBe('1.5');
      const weak = await send('/users', { username: freshUsername(), password: 'short' });
      expectRefused(weak, 422, 'password_too_short', ['password']);
      expect(await host.rows.count('sso_user')).toBe(users);
    });
  });

  describe('set a password', () => {
    it('with its terms, and lead back to the user', async () => {
      const { admin, own, person, send } = await boardOf(host);
      const visitor = await host.people.signIn(person);
      const answer = await send(`${own}/password`, {
        new_password: OTHER_PASSWORD,
        password_expiry: '3',
        must_change: 'false',
      });
      expect([answer.status, answer.headers.location]).toEqual([303, own]);
      expect(noticeIn((await admin.page(own)).body)).toBe('The password has been set.');
      expect(await visitor.isSignedIn()).toBe(false);
      const { json } = await admin.get(own);
      expect(json.must_change).toBe(false);
      expect(Date.parse(json.password_expires_at ?? '') - Date.now()).toBeGreaterThan(2.9 * DAY);
      expect(await host.people.canLogIn(person.username, OTHER_PASSWORD)).toBe(true);
    });

    it('and say beside the field what is wrong with it, and never show it', async () => {
      const { own, person, send } = await boardOf(host);
      const common = await send(`${own}/password`, { new_password: 'password1', must_change: 'true' });
      expectRefused(common, 422, 'password_too_common', ['new_password']);
      expectShielded(common);
      expect(inputIn(common.body, 'new_password')).toBe('');
      expect(ticksIn(common.body)).toEqual(['must_change']);
      expect(textOf(common.body)).toContain(person.username);
      expectRefused(await send(`${own}/password`, {}), 422, 'missing_fields', ['new_password']);
      const none = await send(`${own}/password`, { new_password: OTHER_PASSWORD, password_expiry: '0' });
      expectRefused(none, 422, 'invalid_field', ['password_expiry']);
      expect(await host.people.canLogIn(person.username, PASSWORD)).toBe(true);
    });

    it('that was made up, shown this once', async () => {
      const { admin, own, person, send } = await boardOf(host);
      const visitor = await host.people.signIn(person);
      const answer = await send(`${own}/password/generate`);
      expect([answer.status, answer.headers.location, answer.body]).toEqual([
        303,
        `${own}/password/generate`,
        '',
      ]);
      expectPrivate(answer);
      const page = await admin.page(`${own}/password/generate`);
      expect(page.status).toBe(200);
      expectPrivate(page);
      expectShielded(page);
      const password = generatedIn(page);
      expect(password.length).toBeGreaterThanOrEqual(16);
      expect(await visitor.isSignedIn()).toBe(false);
      expect((await host.visitor().login({ username: person.username, password })).json).toMatchObject({
        password_change_required: true,
      });
      for (const path of [own, `${own}/password`])
        expect((await admin.page(path)).body).not.toContain(password);
      expect(host.log.lines.join('\n')).not.toContain(password);
    });

    it('that was made up, as JSON', async () => {
      const { admin, own, person } = await boardOf(host);
      const { status, json, headers } = await admin.api('POST', `${own}/password/generate`);
      expect([status, json.message, json.user?.user_id]).toEqual([200, 'password generated', person.id]);
      expect(headers['cache-control']).toBe('no-store');
      expect(json.user?.must_change).toBe(true);
      const login = await host.visitor().login({ username: person.username, password: json.password });
      expect(login.status).toBe(200);
    });
  });

  describe('delete a user', () => {
    it('after having asked, and lead to the list', async () => {
      const { admin, own, person, send } = await boardOf(host);
      const question = await admin.page(`${own}/delete`);
      expect(textOf(question.body)).toContain(`${person.username} and all of their sessions will be deleted`);
      expect((await admin.get(own)).status).toBe(200);
      const answer = await send(`${own}/delete`);
      expect([answer.status, answer.headers.location]).toEqual([303, '/users']);
      expect(noticeIn((await admin.page('/users')).body)).toBe('The user has been deleted.');
      expectRefused(await admin.page(own), 404, 'user_not_found');
      expectRefused(await send(`${own}/delete`), 404, 'user_not_found');
    });
  });
});
