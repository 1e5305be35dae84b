import { Controller, Get } from '@nestjs/common';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, expectTypeOf, it, vi } from 'vitest';
import {
  AuthClient,
  AuthClientError,
  type ChangedPassword,
  type CurrentSession,
  type Login,
  MemoryTokens,
  type Registration,
  type SessionList,
} from '../../src/auth.client.js';
import { SsoCaller } from '../../src/index.js';
import type { PASSWORD_CHANGED } from '../../src/features/change-password/change-password.json.js';
import type { LOGGED_IN } from '../../src/features/login/login.json.js';
import type { REGISTERED } from '../../src/features/register/register.json.js';
import type { CURRENT, OWN_SESSIONS } from '../../src/features/session-list/sessions.json.js';
import type { Json } from '../../src/input/json-schema.js';
import { databases } from '../support/databases.js';
import { hosted } from '../support/hosted.js';
import { freshEmail, freshUsername, OTHER_PASSWORD, PASSWORD } from '../support/people.js';
import { cookieFetch } from './cookie-fetch.js';

/** What a call fails with; one that succeeds fails the test. */
async function errorOf(call: Promise<unknown>): Promise<AuthClientError> {
  try {
    await call;
  } catch (error) {
    if (error instanceof AuthClientError) return error;
    throw error;
  }
  throw new Error('The call has succeeded.');
}

const kinds = ['cookie', 'bearer'] as const;

@Controller('app')
class AppController {
  @Get()
  app(@SsoCaller() { currentApp }: SsoCaller): object {
    return { currentApp };
  }
}

describe.each(databases)('the client on $name', (database) => {
  const host = hosted({ database, options: { session: { bearer: true }, routePrefix: 'auth' } });

  const clientOf = (kind: (typeof kinds)[number], tokens = new MemoryTokens()): AuthClient =>
    new AuthClient({
      url: `${host.url}/auth`,
      ...(kind === 'bearer' ? { bearer: tokens } : { fetch: cookieFetch() }),
    });

  it.each(kinds)('goes the way of an account, by %s', async (kind) => {
    const client = clientOf(kind);
    const [username, email] = [freshUsername(), freshEmail()];
    const { user } = await client.register({ username, email, password: PASSWORD });
    expect(user).toMatchObject({ username, email });
    expect(await client.session()).toBeNull();
    const login = await client.login({ username, password: PASSWORD });
    expect(login).toMatchObject({ redirect_to: '/', user: { user_id: user.user_id } });
    expect((await client.session())?.user.username).toBe(username);
    const change = { old_password: PASSWORD, new_password: OTHER_PASSWORD };
    expect((await client.changePassword(change)).message).toBe('password changed');
    expect(await client.session()).toBeNull();
    await client.login({ username, password: OTHER_PASSWORD });
    await client.logout();
    expect(await client.session()).toBeNull();
    await client.logout();
  });

  it.each(kinds)('lists sessions and ends them, by %s', async (kind) => {
    const { username } = await host.people.person();
    const [one, two, three] = [clientOf(kind), clientOf(kind), clientOf(kind)];
    for (const client of [one, two, three]) await client.login({ username, password: PASSWORD });
    const { sessions, total } = await one.sessions();
    expect([total, sessions.filter(({ current }) => current).length]).toEqual([3, 1]);
    const [other = { id: '' }] = sessions.filter(({ current }) => !current);
    await one.revokeSession(other.id);
    expect((await errorOf(one.revokeSession(other.id))).code).toBe('session_not_found');
    expect((await one.revokeOtherSessions()).revoked).toBe(1);
    expect(
      await Promise.all([one, two, three].map(async (client) => Boolean(await client.session()))),
    ).toEqual([true, false, false]);
    expect((await one.sessions(2)).sessions).toEqual([]);
  });

  it.each(kinds)('says by codes why something failed, by %s', async (kind) => {
    const { username } = await host.people.person();
    const client = clientOf(kind);
    const wrong = await errorOf(client.login({ username, password: OTHER_PASSWORD }));
    expect(wrong).toMatchObject({
      code: 'invalid_credentials',
      status: 401,
      errors: [],
      name: 'AuthClientError',
    });
    expect(wrong.message).toMatch(/incorrect/);
    const short = await errorOf(client.register({ username: freshUsername(), password: 'x' }));
    expect([short.code, short.status]).toEqual(['password_too_short', 422]);
    expect(short.errors[0]).toMatchObject({ field: 'password', code: 'password_too_short' });
    await client.login({ username, password: PASSWORD });
    const change = { old_password: PASSWORD, new_password: OTHER_PASSWORD, confirm_new_password: PASSWORD };
    expect((await errorOf(client.changePassword(change))).code).toBe('passwords_do_not_match');
    expect((await errorOf(client.request('GET', 'users'))).code).toBe('super_user_required');
    expect((await errorOf(client.request('GET', 'nowhere'))).code).toBe('unexpected_answer');
  });

  it.each(kinds)('reaches all other routes too, by %s', async (kind) => {
    const boss = await host.people.superUser();
    const client = clientOf(kind);
    await client.login({ username: boss.username, password: PASSWORD });
    const { users } = await client.request<{ users: object[] }>('GET', `users?q=${boss.username}`);
    expect(users).toMatchObject([{ username: boss.username }]);
    const own = await client.fetch('/private');
    expect(await own.json()).toEqual({ username: boss.username });
  });
});

describe('the client', () => {
  const host = hosted({
    options: { session: { bearer: true }, changePassword: { keepCurrentSession: true } },
    controllers: [AppController],
  });

  it('keeps the token of a program, also after it was changed, and forgets it with the session', async () => {
    const person = await host.people.person();
    const tokens = new MemoryTokens();
    const client = new AuthClient({ url: host.url, bearer: tokens });
    const { token } = await client.login({ username: person.username, password: PASSWORD });
    expect([token, tokens.get()]).toEqual([expect.stringMatching(/^b_/), token]);
    await client.changePassword({ old_password: PASSWORD, new_password: OTHER_PASSWORD });
    expect(tokens.get()).toMatch(/^b_/);
    expect(tokens.get()).not.toBe(token);
    expect((await client.session())?.user.username).toBe(person.username);
    await host.service.revokeAllSessions(person.id, host.people.caller);
    expect(await client.session()).toBeNull();
    expect(tokens.get()).toBeNull();
  });

  it('keeps its token where a password is refused, and the session goes on', async () => {
    const { username } = await host.people.person();
    const client = new AuthClient({ url: host.url, bearer: true });
    const { token } = await client.login({ username, password: PASSWORD });
    expect((await errorOf(client.login({ username, password: OTHER_PASSWORD }))).code).toBe(
      'invalid_credentials',
    );
    expect((await client.session())?.user.username).toBe(username);
    const wrong = { old_password: OTHER_PASSWORD, new_password: 'Another one 77' };
    expect((await errorOf(client.changePassword(wrong))).code).toBe('incorrect_password');
    expect((await client.session())?.user.username).toBe(username);
    const answer = await host
      .visitor()
      .api('POST', '/login', { username, password: OTHER_PASSWORD }, { authorization: `Bearer ${token}` });
    expect(answer.headers['www-authenticate']).toBe('Bearer realm="session"');
  });

  it('forgets no token that another login has brought meanwhile', async () => {
    const { username } = await host.people.person();
    const tokens = new MemoryTokens();
    const client = new AuthClient({
      url: host.url,
      bearer: tokens,
      fetch: async (input, init) => {
        const response = await fetch(input, init);
        if (response.status === 401) tokens.set('b_of another login');
        return response;
      },
    });
    tokens.set(`b_${'x'.repeat(43)}`);
    expect(await client.session()).toBeNull();
    expect(tokens.get()).toBe('b_of another login');
    await client.login({ username, password: PASSWORD });
    expect(await client.session()).not.toBeNull();
  });

  it('shows neither its token nor its cookies to another origin', async () => {
    const seen: { url: string; init: RequestInit }[] = [];
    const client = new AuthClient({
      url: host.url,
      bearer: true,
      headers: { 'X-Current-App': 'shop' },
      fetch: (url, init) => {
        seen.push({ url, init });
        return fetch(`${host.url}${new URL(url).pathname}`, init);
      },
    });
    await client.login({ username: (await host.people.person()).username, password: PASSWORD });
    await client.fetch('https://cdn.example/public');
    await client.fetch('/public');
    const [, foreign, own] = seen;
    const namesOf = (init?: RequestInit): string[] => [...new Headers(init?.headers).keys()];
    expect([foreign?.url, namesOf(foreign?.init), foreign?.init.credentials]).toEqual([
      'https://cdn.example/public',
      [],
      'omit',
    ]);
    expect(namesOf(own?.init)).toEqual(['authorization', 'x-current-app']);
  });

  it('sends its headers with each request, and those of a call over them', async () => {
    const client = new AuthClient({ url: host.url, headers: { 'X-Current-App': 'shop' } });
    expect(await (await client.fetch('/app')).json()).toEqual({ currentApp: 'shop' });
    const headers = { 'X-Current-App': 'till' };
    expect(await (await client.fetch('/app', { headers })).json()).toEqual({ currentApp: 'till' });
  });

  it('tells how long to wait, and which fields are wrong in which language', async () => {
    const client = new AuthClient({ url: host.url, headers: { 'Accept-Language': 'de' } });
    const error = await errorOf(client.login({ username: '', password: '' }));
    expect(error.code).toBe('missing_fields');
    expect(error.errors.map(({ field }) => field)).toEqual(['username', 'password']);
    expect(error.message).toMatch(/\bSie\b/);
  });

  it('fails with a code of its own where there is no answer, or another than ours', async () => {
    const server = createServer((request, response) => {
      response.setHeader('Content-Type', 'text/html');
      response.statusCode = request.url === '/session' ? 502 : 200;
      response.end('<h1>Bad gateway</h1>');
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const client = new AuthClient({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
    const refused = await errorOf(client.session());
    expect([refused.code, refused.status]).toEqual(['unexpected_answer', 502]);
    const odd = await errorOf(client.login({ username: 'zoe', password: PASSWORD }));
    expect([odd.code, odd.status]).toEqual(['unexpected_answer', 200]);
    server.closeAllConnections();
    await once(server.close(), 'close');
    const gone = await errorOf(client.session());
    expect([gone.code, gone.status, gone.cause instanceof Error]).toEqual(['unreachable', 0, true]);
    await expect(client.fetch('/', { signal: AbortSignal.abort() })).rejects.toThrow('aborted');
  });

  it('counts the seconds of a throttle', async () => {
    const answer = new Response(
      JSON.stringify({ statusCode: 429, code: 'too_many_attempts', message: 'Wait.' }),
      {
        status: 429,
        headers: { 'Retry-After': '60' },
      },
    );
    const client = new AuthClient({ url: host.url, fetch: () => Promise.resolve(answer) });
    const error = await errorOf(client.login({ username: 'zoe', password: PASSWORD }));
    expect([error.code, error.retryAfter, error.message]).toEqual(['too_many_attempts', 60, 'Wait.']);
  });

  it('begins at the page that it is on, in a browser, and needs an address elsewhere', async () => {
    await expect(new AuthClient().session()).rejects.toThrow('needs an absolute `url`');
    const seen: string[] = [];
    const fetch = (url: string): Promise<Response> => {
      seen.push(url);
      return Promise.resolve(new Response('{}'));
    };
    vi.stubGlobal('location', { href: 'https://app.example.com/shop/cart?x=1' });
    try {
      await new AuthClient({ fetch }).session();
      await new AuthClient({ fetch, url: '/auth' }).session();
      await new AuthClient({ fetch, url: 'https://api.example.com/v1/' }).session();
    } finally {
      vi.unstubAllGlobals();
    }
    expect(seen).toEqual([
      'https://app.example.com/session',
      'https://app.example.com/auth/session',
      'https://api.example.com/v1/session',
    ]);
  });

  it('has types that hold what the server answers', () => {
    expectTypeOf<Json<typeof LOGGED_IN>>().toExtend<Login>();
    expectTypeOf<Json<typeof REGISTERED>>().toExtend<Registration>();
    expectTypeOf<Json<typeof PASSWORD_CHANGED>>().toExtend<ChangedPassword>();
    expectTypeOf<Json<typeof CURRENT>>().toExtend<CurrentSession>();
    expectTypeOf<Json<typeof OWN_SESSIONS>>().toExtend<SessionList>();
  });
});
