import { describe, expect, it } from 'vitest';
import { databases } from '../support/databases.js';
import { expectDone, expectRefused } from '../support/expectations.js';
import { hosted } from '../support/hosted.js';
import { OTHER_PASSWORD, PASSWORD, THIRD_PASSWORD } from '../support/people.js';
import { clients } from '../support/visitor.js';

const DAY = 86_400_000;

describe.each(databases)('a change that keeps the current session on $name', (database) => {
  const host = hosted({ database, options: { changePassword: { keepCurrentSession: true } } });

  it.each(clients)('ends the other sessions and gives this one a new token, by %s', async (client) => {
    const person = await host.people.person();
    const elsewhere = await host.people.signIn(person);
    const visitor = await host.people.signIn(person, client);
    const stolen = visitor.twin();

    const answer = await visitor.changePassword(PASSWORD, OTHER_PASSWORD);

    expect(answer.status).toBe(client === 'form' ? 303 : 200);
    expect(visitor.cookies.get('id')).not.toBe(stolen.cookies.get('id'));
    expect(await visitor.isSignedIn()).toBe(true);
    expect((await visitor.get('/private')).json).toEqual({ username: person.username });
    expect(await stolen.isSignedIn()).toBe(false);
    expect(await elsewhere.isSignedIn()).toBe(false);
    expect(await host.rows.sessionsOf(person.id)).toHaveLength(1);
    expect(await host.people.canLogIn(person.username, PASSWORD)).toBe(false);
    expect(await host.people.canLogIn(person.username, OTHER_PASSWORD)).toBe(true);
  });

  it('lets the same browser change it again', async () => {
    const person = await host.people.person();
    const visitor = await host.people.signIn(person, 'form');
    await visitor.changePassword(PASSWORD, OTHER_PASSWORD);
    expect((await visitor.changePassword(OTHER_PASSWORD, THIRD_PASSWORD)).status).toBe(303);
    expect(await host.people.canLogIn(person.username, THIRD_PASSWORD)).toBe(true);
  });
});

describe('a change in read-only mode', () => {
  const host = hosted({ options: { changePassword: { readOnly: true } } });

  it.each(clients)('is refused before anything else is looked at, by %s', async (client) => {
    const stranger = await host.visitor(client).submit('/change-password', {});
    expectRefused(stranger, 405, 'read_only');
    const person = await host.people.person();
    const visitor = await host.people.signIn(person, client);
    const answer = await visitor.changePassword(PASSWORD, OTHER_PASSWORD);
    expectRefused(answer, 405, 'read_only');
    expect(answer.headers.allow).toMatch(/GET/);
    expect(await visitor.isSignedIn()).toBe(true);
    expect(await host.people.canLogIn(person.username, PASSWORD)).toBe(true);
  });
});

describe('the address of the login', () => {
  const host = hosted({ options: { changePassword: { loginUrl: '/enter' } } });

  it.each(clients)('is where a change leads to, by %s', async (client) => {
    const visitor = await host.people.signIn(await host.people.person(), client);
    expectDone(await visitor.changePassword(PASSWORD, OTHER_PASSWORD), { to: '/enter' });
  });

  it('is where a stranger is sent from a guarded page', async () => {
    for (const path of ['/change-password', '/private']) {
      const { status, headers } = await host.visitor('form').page(path);
      expect(status).toBe(303);
      expect(headers.location).toBe(`/enter?next=${encodeURIComponent(path)}`);
    }
  });
});

describe.each(databases)('a password history of two on $name', (database) => {
  const host = hosted({ database, options: { password: { bcryptRounds: 4, history: 2 } } });

  it.each(clients)('refuses the last two passwords and takes older ones, by %s', async (client) => {
    const person = await host.people.person();
    const fourth = 'eleven granite 3 pillows';
    const change = async (from: string, to: string) =>
      (await host.people.signIn({ ...person, password: from }, client)).changePassword(from, to);

    expectDone(await change(PASSWORD, OTHER_PASSWORD), { to: '/login' });
    expectRefused(await change(OTHER_PASSWORD, PASSWORD), 422, 'password_reused', ['new_password']);
    expectDone(await change(OTHER_PASSWORD, THIRD_PASSWORD), { to: '/login' });
    expectRefused(await change(THIRD_PASSWORD, PASSWORD), 422, 'password_reused', ['new_password']);
    expectDone(await change(THIRD_PASSWORD, fourth), { to: '/login' });
    expectRefused(await change(fourth, THIRD_PASSWORD), 422, 'password_reused', ['new_password']);
    expectDone(await change(fourth, PASSWORD), { to: '/login' });
    expect(await host.people.canLogIn(person.username, PASSWORD)).toBe(true);
  });
});

describe('an expiry of ninety days', () => {
  const host = hosted({ options: { password: { bcryptRounds: 4, expiry: 90 } } });

  it.each(clients)('is counted from the change, by %s', async (client) => {
    const person = await host.people.person();
    const visitor = await host.people.signIn(person, client);
    await host.rows.update('sso_user', { id: person.id }, { password_expires_at: Date.now() + DAY });
    const before = Date.now();

    expectDone(await visitor.changePassword(PASSWORD, OTHER_PASSWORD), { to: '/login' });

    const expiresAt = Number((await host.rows.user(person.id)).password_expires_at);
    expect(expiresAt).toBeGreaterThanOrEqual(before + 90 * DAY);
    expect(expiresAt).toBeLessThanOrEqual(Date.now() + 90 * DAY);
  });
});
