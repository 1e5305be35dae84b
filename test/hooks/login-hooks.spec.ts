import { beforeEach, describe, expect, it } from 'vitest';
import { expectDone, expectNoSessionCookie, expectRefused } from '../support/expectations.js';
import { hosted } from '../support/hosted.js';
import { freshUsername, OTHER_PASSWORD, PASSWORD } from '../support/people.js';
import { clients } from '../support/visitor.js';
import { headers, loginWithHeaders, origin, Recorder } from './recorder.js';

const hooks = new Recorder();

describe.each(clients)('the hooks of a login by %s', (client) => {
  const host = hosted({ options: { login: { hooks } } });
  beforeEach(() => hooks.reset());

  it('are told once each who logs in, from where and by what, and no password', async () => {
    const { id, username, email } = await host.people.person();
    const answer = await loginWithHeaders(host.visitor(client), {
      username: username.toUpperCase(),
      password: PASSWORD,
    });
    expectDone(answer, { to: '/' });
    expect(hooks.calls).toEqual([
      {
        hook: 'preLogin',
        context: { username: username.toUpperCase(), userId: undefined, email: undefined, ...origin },
      },
      { hook: 'loginSuccess', context: { username, userId: id, email, ...origin } },
    ]);
    expect(JSON.stringify(hooks.calls)).not.toContain(PASSWORD);
  });

  it('are told of a failure once, with its code and no password', async () => {
    const { id, username, email } = await host.people.person();
    const answer = await loginWithHeaders(host.visitor(client), { username, password: 'not this one' });
    expectRefused(answer, 401, 'invalid_credentials');
    expect(hooks.calls).toEqual([
      { hook: 'preLogin', context: { username, userId: undefined, email: undefined, ...origin } },
      {
        hook: 'loginFailure',
        context: { username, userId: id, email, ...origin },
        detail: 'invalid_credentials',
      },
    ]);
    expect(JSON.stringify(hooks.calls)).not.toContain('not this one');
  });

  it('are told nothing of what nobody said', async () => {
    const username = freshUsername();
    await host.visitor(client).login({ username, password: 'not this one' });
    expect(hooks.of('loginFailure').map(({ context }) => context)).toEqual([
      {
        username,
        userId: undefined,
        email: undefined,
        remoteAddress: '127.0.0.1',
        userAgent: undefined,
        app: undefined,
        correlationId: undefined,
      },
    ]);
  });

  it('are told no address of an account that has none', async () => {
    const username = freshUsername();
    await host.service.createUser({ username, password: PASSWORD, autoApprove: true }, host.people.caller);
    expectDone(await host.visitor(client).login({ username, password: PASSWORD }), { to: '/' });
    expect(hooks.of('loginSuccess').map(({ context }) => context.email)).toEqual([undefined]);
  });

  it('are not asked about a page, or about fields that are missing', async () => {
    await host.visitor(client).page('/login');
    expectRefused(await host.visitor(client).login({ username: 'somebody' }), 422, 'missing_fields');
    expect(hooks.calls).toEqual([]);
  });

  it.each(['preLogin', 'loginSuccess'] as const)('refuse a login by a text of %s', async (hook) => {
    const { id, username } = await host.people.person();
    hooks.on(hook, async () => 'Closed for <b>today</b> & "tomorrow"');
    const answer = await host.visitor(client).login({ username, password: PASSWORD });
    expectRefused(answer, 401, 'rejected_by_hook');
    expect(answer.message).toBe('Closed for <b>today</b> & "tomorrow"');
    if (client === 'form') expect(answer.body).not.toContain('<b>today');
    expectNoSessionCookie(answer);
    expect(await host.rows.sessionsOf(id)).toEqual([]);
    expect((await host.rows.user(id)).last_login).toBeNull();
  });

  it.each(['preLogin', 'loginSuccess'] as const)(
    'refuse a login by an empty text of %s too',
    async (hook) => {
      const { id, username } = await host.people.person();
      hooks.on(hook, () => '');
      const answer = await host.visitor(client).login({ username, password: PASSWORD });
      expect(answer.status).toBe(401);
      if (client === 'json') expect(answer.json).toMatchObject({ code: 'rejected_by_hook', message: '' });
      expectNoSessionCookie(answer);
      expect(await host.rows.sessionsOf(id)).toEqual([]);
    },
  );

  it('refuse a change of the password along with the login', async () => {
    const { id, username } = await host.people.person();
    const before = await host.rows.user(id);
    hooks.on('loginSuccess', () => 'No.');
    const fields = { username, password: PASSWORD, new_password: OTHER_PASSWORD };
    expectRefused(await host.visitor(client).login(fields), 401, 'rejected_by_hook');
    expect(await host.rows.user(id)).toEqual(before);
    expect(hooks.names()).not.toContain('passwordChanged');
  });

  it('leave the session alone that the browser had before', async () => {
    const person = await host.people.person();
    const visitor = await host.people.signIn(person, client);
    hooks.on('loginSuccess', () => 'No.');
    await visitor.login({ username: person.username, password: PASSWORD });
    expect(await visitor.isSignedIn()).toBe(true);
  });

  it('refuse before the password is looked at: right, wrong and unknown are the same', async () => {
    const { username } = await host.people.person();
    hooks.on('preLogin', () => 'Closed.');
    const attempts = [
      { username, password: PASSWORD },
      { username, password: 'not this one' },
      { username: freshUsername(), password: PASSWORD },
    ];
    for (const fields of attempts)
      expectRefused(await host.visitor(client).login(fields), 401, 'rejected_by_hook');
    expect(hooks.of('loginSuccess')).toEqual([]);
    expect(hooks.codes()).toEqual(['rejected_by_hook', 'rejected_by_hook', 'rejected_by_hook']);
  });

  it.each(['preLogin', 'loginSuccess', 'loginFailure'] as const)(
    'end in a 500 without a session when %s throws',
    async (hook) => {
      const { id, username } = await host.people.person();
      hooks.on(hook, () => Promise.reject(new Error('a secret of the host')));
      const password = hook === 'loginFailure' ? 'not this one' : PASSWORD;
      const answer = await loginWithHeaders(host.visitor(client), { username, password });
      expect(answer.status).toBe(500);
      expect(answer.body).not.toContain('a secret of the host');
      expectNoSessionCookie(answer);
      expect(await host.rows.sessionsOf(id)).toEqual([]);
      expect((await host.rows.user(id)).last_login).toBeNull();
      expect(host.log.takeErrors().join('\n')).toContain('a secret of the host');
      hooks.reset();
      expect(await host.people.canLogIn(username, PASSWORD)).toBe(true);
    },
  );

  it('go on when they answer nothing, or something that is no text', async () => {
    const person = await host.people.person();
    for (const answer of [undefined, null, true, 0, {}]) {
      hooks.on('preLogin', () => answer as undefined);
      hooks.on('loginSuccess', async () => answer as undefined);
      expect(await (await host.people.signIn(person, client)).isSignedIn()).toBe(true);
    }
  });

  it('know the user agent as it was sent, however long', async () => {
    const { username } = await host.people.person();
    const long = 'x'.repeat(4000);
    await host
      .visitor(client)
      .submit('/login', { username, password: PASSWORD }, { ...headers, 'user-agent': long });
    expect(hooks.of('loginSuccess')[0]?.context.userAgent).toBe(long);
  });
});
