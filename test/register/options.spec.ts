import { describe, expect, it } from 'vitest';
import { expectDone, expectRefused } from '../support/expectations.js';
import { hosted } from '../support/hosted.js';
import { freshUsername, PASSWORD } from '../support/people.js';
import { clients } from '../support/visitor.js';

const passwords = { password: PASSWORD, confirm_password: PASSWORD };

describe('registration without user defaults', () => {
  const host = hosted({ options: { register: { userDefaults: {}, redirectTo: '/thanks' } } });

  it.each(clients)('leads to redirectTo and waits for approval, by %s', async (client) => {
    const username = freshUsername();
    expectDone(await host.visitor(client).register({ username, ...passwords }), {
      to: '/thanks',
      status: 201,
    });
    const { id } = await host.rows.one('sso_user', { username });
    const login = { username, password: PASSWORD };
    expectRefused(await host.visitor(client).login(login), 403, 'account_not_approved');

    await host.service.approveUser(String(id), host.people.caller);

    expectDone(await host.visitor(client).login(login), { to: '/' });
  });
});

describe('registration in read-only mode', () => {
  const host = hosted({ options: { register: { readOnly: true } } });

  it.each(clients)('refuses everything, by %s', async (client) => {
    const username = freshUsername();
    for (const fields of [{ username, ...passwords }, {}]) {
      const answer = await host.visitor(client).register(fields);
      expectRefused(answer, 405, 'read_only');
      expect(answer.headers.allow).toMatch(/GET/);
    }
    expect(await host.rows.count('sso_user', { username })).toBe(0);
  });
});

describe('registration that nobody switched on', () => {
  const host = hosted({ options: { routes: { register: false } } });

  it.each(clients)('does not exist, by %s', async (client) => {
    const username = freshUsername();
    const visitor = host.visitor(client);
    expect((await visitor.page('/register')).status).toBe(404);
    expect((await visitor.register({ username, ...passwords })).status).toBe(404);
    expect(await host.rows.count('sso_user', { username })).toBe(0);
    expect((await visitor.page('/login')).body).not.toContain('/register');
  });
});
