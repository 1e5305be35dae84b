import { describe, expect, it } from 'vitest';
import { databases } from '../support/databases.js';
import { expectDone, expectNoSessionCookie, expectRefused } from '../support/expectations.js';
import { hosted } from '../support/hosted.js';
import { OTHER_PASSWORD, PASSWORD, THIRD_PASSWORD } from '../support/people.js';
import { clients, HTML, type Client, type Visitor } from '../support/visitor.js';

const DAY = 86_400_000;
const TEMPORARY = 'temporary marble 3 days';

describe.each(databases)('a password that must be changed on $name', (database) => {
  const host = hosted({ database });

  /** A super-user sets a temporary password for three days. */
  async function flagged() {
    const person = await host.people.person();
    const before = [await host.people.signIn(person), await host.people.signIn(person, 'form')];
    const admin = await host.people.signIn(await host.people.superUser());
    const answer = await admin.api('POST', `/users/${person.id}/password`, {
      new_password: TEMPORARY,
      must_change: true,
      password_expiry: 3,
    });
    return { person: { ...person, password: TEMPORARY }, before, admin, answer };
  }

  async function expectEverythingOpen(visitor: Visitor, username: string): Promise<void> {
    expect((await visitor.get('/private')).json).toEqual({ username });
    expect((await visitor.page('/private')).status).toBe(200);
    expect((await visitor.get('/sessions')).status).toBe(200);
    expect((await visitor.get('/session')).json.password_change_required).toBe(false);
  }

  async function expectOnlyTheChange(visitor: Visitor): Promise<void> {
    for (const [method, path] of [
      ['GET', '/private'],
      ['POST', '/private'],
      ['GET', '/sessions'],
      ['POST', '/sessions/revoke-others'],
      ['GET', '/users'],
      ['GET', '/PRIVATE/'],
    ] as const) {
      expectRefused(await visitor.api(method, path), 403, 'password_change_required');
    }
    for (const method of ['GET', 'HEAD']) {
      const { status, headers } = await visitor.send(method, '/private', { headers: { accept: HTML } });
      expect(status).toBe(303);
      expect(headers.location).toMatch(/^\/change-password\b/);
    }
    expect((await visitor.get('/session')).json.password_change_required).toBe(true);
    for (const path of ['/change-password', '/logout', '/styles.css']) {
      expect((await visitor.page(path)).status).toBe(200);
    }
  }

  it('ends all sessions of the user at once', async () => {
    const { person, before, admin, answer } = await flagged();
    expect(answer.status).toBe(200);
    expect(answer.json).toMatchObject({ message: 'password changed', user: { must_change: true } });
    for (const visitor of before) {
      expectRefused(await visitor.get('/private'), 401, 'not_authenticated');
      expect(await visitor.isSignedIn()).toBe(false);
    }
    expect(await admin.isSignedIn()).toBe(true);
    const row = await host.rows.user(person.id);
    expect(row.password_must_change).toBe(1);
    const days = (Number(row.password_expires_at) - Date.now()) / DAY;
    expect(days).toBeGreaterThan(2.99);
    expect(days).toBeLessThanOrEqual(3);
  });

  describe.each(clients)('by %s', (client) => {
    it('lets its owner in as far as the change, and everywhere after it', async () => {
      const { person } = await flagged();
      const visitor = host.visitor(client);
      const login = await visitor.login({ username: person.username, password: TEMPORARY });
      if (client === 'json') {
        expect(login.json).toMatchObject({ message: 'logged in', password_change_required: true });
        expect(login.status).toBe(200);
      } else {
        expect(login.status).toBe(303);
        expect(login.headers.location).toMatch(/^\/change-password\b/);
      }
      await expectOnlyTheChange(visitor);

      expectRefused(await visitor.changePassword(TEMPORARY, TEMPORARY), 422, 'password_unchanged');
      expectDone(await visitor.changePassword(TEMPORARY, OTHER_PASSWORD), { to: '/login' });

      const row = await host.rows.user(person.id);
      expect(row).toMatchObject({ password_must_change: 0, password_expires_at: null });
      const again = await host.people.signIn({ ...person, password: OTHER_PASSWORD }, client);
      await expectEverythingOpen(again, person.username);
    });

    it('lets its owner log out', async () => {
      const visitor = await signedInAs((await flagged()).person, client);
      expectDone(await visitor.logout(), { to: '/login' });
      expect(await visitor.isSignedIn()).toBe(false);
    });

    it('stops a session that was opened before the flag', async () => {
      const person = await host.people.person();
      const visitor = await host.people.signIn(person, client);
      const admin = await host.people.signIn(await host.people.superUser());
      await expectEverythingOpen(visitor, person.username);

      const { status } = await admin.api('PATCH', `/users/${person.id}`, { must_change: true });

      expect(status).toBe(200);
      await expectOnlyTheChange(visitor);
      expectDone(await visitor.changePassword(PASSWORD, OTHER_PASSWORD), { to: '/login' });
    });

    it('is changed in one step by a login with a new password', async () => {
      const { person } = await flagged();
      const visitor = host.visitor(client);
      const fields = { username: person.username, password: TEMPORARY };

      expectRefused(await visitor.login({ ...fields, new_password: TEMPORARY }), 422, 'password_unchanged');
      expect(await visitor.isSignedIn()).toBe(false);
      expectDone(await visitor.login({ ...fields, new_password: OTHER_PASSWORD }), { to: '/' });

      await expectEverythingOpen(visitor, person.username);
      expect(await host.rows.user(person.id)).toMatchObject({
        password_must_change: 0,
        password_expires_at: null,
      });
    });

    it('opens nothing once it has expired', async () => {
      const { person, admin } = await flagged();
      await host.rows.update('sso_user', { id: person.id }, { password_expires_at: Date.now() - 1 });
      const fields = { username: person.username, password: TEMPORARY };
      for (const input of [fields, { ...fields, new_password: OTHER_PASSWORD }]) {
        const answer = await host.visitor(client).login(input);
        expectRefused(answer, 403, 'password_expired');
        expectNoSessionCookie(answer);
      }
      expectRefused(
        await host.visitor(client).login({ ...fields, password: 'wrong' }),
        401,
        'invalid_credentials',
      );

      await admin.api('POST', `/users/${person.id}/password`, {
        new_password: THIRD_PASSWORD,
        password_expiry: 1,
      });
      expectDone(
        await host
          .visitor(client)
          .login({ ...fields, password: THIRD_PASSWORD, new_password: OTHER_PASSWORD }),
        {
          to: '/',
        },
      );
    });

    it('is asked for when a password has expired by age', async () => {
      const person = await host.people.person();
      const before = await host.people.signIn(person, client);
      await host.rows.update('sso_user', { id: person.id }, { password_expires_at: Date.now() - 1 });
      await expectOnlyTheChange(before);
      const visitor = await signedInAs(person, client);
      await expectOnlyTheChange(visitor);
      expectDone(await visitor.changePassword(PASSWORD, OTHER_PASSWORD), { to: '/login' });
      const again = await host.people.signIn({ ...person, password: OTHER_PASSWORD });
      await expectEverythingOpen(again, person.username);
    });

    it('does not let a super-user administer either', async () => {
      const person = await host.people.superUser();
      await host.rows.update('sso_user', { id: person.id }, { password_must_change: true });
      const visitor = await signedInAs(person, client);
      const victim = await host.people.person();
      expectRefused(await visitor.get('/admin'), 403, 'password_change_required');
      const answer = await visitor.api('POST', `/users/${victim.id}/lock`);
      expectRefused(answer, 403, 'password_change_required');
      expect(await host.rows.user(victim.id)).toMatchObject({ is_locked: 0 });
    });
  });

  it('is the first page after a form login, and the wish is kept until after it', async () => {
    const { person } = await flagged();
    const visitor = host.visitor('form');
    const login = await visitor.login({
      username: person.username,
      password: TEMPORARY,
      next: '/private?a=1',
    });
    expect(login.status).toBe(303);
    const location = new URL(login.headers.location ?? '', host.url);
    expect(location.pathname).toBe('/change-password');
    expect(location.searchParams.get('next')).toBe('/private?a=1');
  });

  it('is not asked of strangers whom a handler lets through', async () => {
    expect((await host.visitor().get('/open')).json).toEqual({ username: null });
  });

  async function signedInAs(
    person: { username: string; password: string },
    client: Client,
  ): Promise<Visitor> {
    const visitor = host.visitor(client);
    const { status } = await visitor.login({ username: person.username, password: person.password });
    expect(status).toBe(client === 'form' ? 303 : 200);
    return visitor;
  }
});

describe('a password that must be changed, where the change keeps the session,', () => {
  const host = hosted({ options: { changePassword: { keepCurrentSession: true } } });

  it.each(clients)('opens everything to the same client, by %s', async (client) => {
    const person = await host.people.person();
    const visitor = await host.people.signIn(person, client);
    await host.rows.update('sso_user', { id: person.id }, { password_must_change: true });
    expectRefused(await visitor.get('/private'), 403, 'password_change_required');
    const { status } = await visitor.changePassword(PASSWORD, OTHER_PASSWORD);
    expect(status).toBe(client === 'form' ? 303 : 200);
    expect((await visitor.get('/private')).json).toEqual({ username: person.username });
    expect((await visitor.get('/session')).json.password_change_required).toBe(false);
  });

  it('leads on to the page that was wished for', async () => {
    const person = await host.people.person();
    await host.rows.update('sso_user', { id: person.id }, { password_must_change: true });
    const visitor = host.visitor('form');
    const login = await visitor.login({
      username: person.username,
      password: PASSWORD,
      next: '/private?a=1',
    });
    const changed = await visitor.submit(login.headers.location ?? '', {
      old_password: PASSWORD,
      new_password: OTHER_PASSWORD,
      confirm_new_password: OTHER_PASSWORD,
    });
    expectDone(changed, { to: '/private?a=1' });
    expect((await visitor.get('/private')).status).toBe(200);
  });
});
