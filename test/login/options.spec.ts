import { describe, expect, it } from 'vitest';
import { expectDone } from '../support/expectations.js';
import { hosted } from '../support/hosted.js';
import { PASSWORD } from '../support/people.js';
import { clients, HTML } from '../support/visitor.js';

describe('where a login leads to', () => {
  const host = hosted({ options: { login: { redirectTo: '/home' } } });

  it.each(clients)('is the option redirectTo, by %s', async (client) => {
    const { username } = await host.people.person();
    expectDone(await host.visitor(client).login({ username, password: PASSWORD }), { to: '/home' });
  });
});

describe('a login that never redirects', () => {
  const host = hosted({ options: { login: { redirectTo: null } } });

  it('answers a form with JSON', async () => {
    const { id, username } = await host.people.person();
    const visitor = host.visitor('form');
    const answer = await visitor.login({ username, password: PASSWORD });
    expect(answer.status).toBe(200);
    expect(answer.headers.location).toBeUndefined();
    expect(answer.json).toMatchObject({ message: 'logged in', user: { user_id: id } });
    expect(await visitor.isSignedIn()).toBe(true);
  });

  it('answers JSON with JSON', async () => {
    const { username } = await host.people.person();
    const answer = await host.visitor('json').login({ username, password: PASSWORD });
    expect(answer.status).toBe(200);
    expect(answer.json).toMatchObject({ message: 'logged in' });
    expect(answer.headers.location).toBeUndefined();
  });
});

describe('credentials in the address', () => {
  const host = hosted();
  const inAddress = (username: string): string =>
    `/login?${new URLSearchParams({ username, password: PASSWORD })}`;

  it.each(['GET', 'HEAD'])('log nobody in by %s', async (method) => {
    const { id, username } = await host.people.person();
    const visitor = host.visitor();
    const { status, body } = await visitor.send(method, inAddress(username), { headers: { accept: HTML } });
    expect(status).toBe(200);
    expect(body).not.toContain(PASSWORD);
    expect(visitor.cookies.get('id')).toBeUndefined();
    expect(await host.rows.sessionsOf(id)).toEqual([]);
  });

  it.each(clients)('are not read by a POST without fields, by %s', async (client) => {
    const { id, username } = await host.people.person();
    const visitor = host.visitor(client);
    const { status } = await visitor.submit(inAddress(username), {});
    expect(status).toBe(422);
    expect(await host.rows.sessionsOf(id)).toEqual([]);
  });

  it('are not read by a POST without a body', async () => {
    const { id, username } = await host.people.person();
    const { status } = await host.visitor().send('POST', inAddress(username));
    expect([415, 422]).toContain(status);
    expect(await host.rows.sessionsOf(id)).toEqual([]);
  });

  it('do not complete the fields of a body', async () => {
    const { id, username } = await host.people.person();
    const { status } = await host.visitor().api('POST', inAddress(username), { username });
    expect(status).toBe(422);
    expect(await host.rows.sessionsOf(id)).toEqual([]);
  });
});
