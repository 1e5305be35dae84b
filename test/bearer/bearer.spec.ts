import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { databases } from '../support/databases.js';
import { expectDone, expectRefused } from '../support/expectations.js';
import { hosted } from '../support/hosted.js';
import { OTHER_PASSWORD, PASSWORD } from '../support/people.js';
import { AS_PROGRAM, Program } from '../support/program.js';
import { clients } from '../support/visitor.js';

const TOKEN = /^b_[\w-]{43}$/;

/** What a browser says of a page of another site. */
const FOREIGN = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' };

describe.each(databases)('a program on $name', (database) => {
  const host = hosted({ database, options: { session: { bearer: true } } });

  it('gets its token in the body of the answer, and no cookie', async () => {
    const person = await host.people.person();
    const program = new Program(host.url);
    const answer = await program.login(person);
    expectDone(answer, { to: '/', message: 'logged in' });
    expect(answer.setCookies).toEqual([]);
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(answer.json.token).toMatch(TOKEN);
    expect(answer.json.user?.username).toBe(person.username);
    const [row] = await host.rows.sessionsOf(person.id);
    expect(row?.token_hash).toBe(createHash('sha256').update(program.token).digest('hex'));
  });

  it('is let in by the token alone, and writes without a form token', async () => {
    const person = await host.people.person();
    const program = new Program(host.url);
    await program.login(person);
    const read = await program.get('/private');
    expect(read.json).toEqual({ username: person.username });
    expect(read.headers['cache-control']).toBe('no-store');
    expect(String(read.headers.vary).split(/, */)).toEqual(
      expect.arrayContaining(['Cookie', 'Authorization']),
    );
    expect((await program.call('POST', '/private', {})).json.username).toBe(person.username);
    expect((await program.get('/session')).json.user?.user_id).toBe(person.id);
  });

  it.each([
    FOREIGN,
    { origin: 'null' },
    { origin: 'capacitor://localhost' },
    { 'sec-fetch-site': 'same-site' },
  ])('is let in whatever its web view says of its origin: %j', async (headers) => {
    const person = await host.people.person();
    const program = new Program(host.url, headers);
    expectDone(await program.login(person), { to: '/' });
    expect((await program.call('POST', '/sessions/revoke-others', {})).status).toBe(200);
    expectDone(await program.call('POST', '/logout', {}), { to: '/login' });
  });

  it('is in the list of sessions, which ends its session at once', async () => {
    const person = await host.people.person();
    const program = new Program(host.url);
    await program.login(person);
    const browser = await host.people.signIn(person);
    const [{ id } = { id: '' }] =
      (await browser.get('/sessions')).json.sessions?.filter(({ current }) => !current) ?? [];
    const own = (await program.get('/sessions')).json.sessions;
    expect(own?.filter(({ current }) => current).map((one) => one.id)).toEqual([id]);
    expect((await browser.api('DELETE', `/sessions/${id}`)).status).toBe(200);
    expectRefused(await program.get('/private'), 401, 'not_authenticated');
    expect(await browser.isSignedIn()).toBe(true);
  });

  it('ends its session itself, by a logout and by the list', async () => {
    const person = await host.people.person();
    for (const end of ['logout', 'list'] as const) {
      const program = new Program(host.url);
      await program.login(person);
      const [row] = await host.rows.sessionsOf(person.id);
      const path = end === 'logout' ? '/logout' : `/sessions/${String(row?.id)}/revoke`;
      const answer = await program.call('POST', path, {});
      expect([answer.status, answer.setCookies]).toEqual([200, []]);
      expect(await program.isSignedIn()).toBe(false);
      expect(await host.rows.sessionsOf(person.id)).toEqual([]);
    }
  });

  it('has its former session ended by a login, and only that', async () => {
    const person = await host.people.person();
    const [program, other] = [new Program(host.url), new Program(host.url)];
    await program.login(person);
    await other.login(person);
    const former = program.token;
    await program.login(person);
    expect(program.token).not.toBe(former);
    expect(await host.rows.sessionsOf(person.id)).toHaveLength(2);
    expect(await other.isSignedIn()).toBe(true);
  });

  it('is out once its password has changed, its account is locked, or its time is over', async () => {
    for (const end of ['password', 'lock', 'time'] as const) {
      const person = await host.people.person();
      const program = new Program(host.url);
      await program.login(person);
      const { caller } = host.people;
      if (end === 'password')
        await host.service.changePassword({ userId: person.id, newPassword: OTHER_PASSWORD }, caller);
      if (end === 'lock') await host.service.lockUser(person.id, caller);
      if (end === 'time')
        await host.rows.update('sso_session', { user_id: person.id }, { expires_at: Date.now() - 1 });
      expectRefused(await program.get('/private'), 401, 'not_authenticated');
    }
  });

  it('has its session ended by a change of the own password, as a browser has', async () => {
    const person = await host.people.person();
    const program = new Program(host.url);
    await program.login(person);
    const answer = await program.changePassword(PASSWORD, OTHER_PASSWORD);
    expectDone(answer, { to: '/login', message: 'password changed' });
    expect([answer.setCookies, answer.json.token]).toEqual([[], undefined]);
    expect(await program.isSignedIn()).toBe(false);
    expectDone(await program.login({ ...person, password: OTHER_PASSWORD }), { to: '/' });
  });

  it('reaches no more than the change while the password must be changed', async () => {
    const person = await host.people.person();
    await host.rows.update('sso_user', { id: person.id }, { password_must_change: true });
    const program = new Program(host.url);
    expect((await program.login(person)).json.password_change_required).toBe(true);
    const refused = await program.get('/private');
    expectRefused(refused, 403, 'password_change_required');
    expect(refused.headers['www-authenticate']).toBeUndefined();
    expect((await program.get('/session')).json.password_change_required).toBe(true);
    expectDone(await program.changePassword(PASSWORD, OTHER_PASSWORD), { to: '/login' });
  });

  it('changes a temporary password in the same step', async () => {
    const person = await host.people.person();
    await host.rows.update('sso_user', { id: person.id }, { password_must_change: true });
    const program = new Program(host.url);
    expectDone(await program.login(person, { new_password: OTHER_PASSWORD }), { to: '/' });
    expect((await program.get('/private')).json.username).toBe(person.username);
  });

  it('is refused like everybody with a wrong password, and gets no token', async () => {
    const person = await host.people.person();
    const answer = await new Program(host.url).login({ ...person, password: OTHER_PASSWORD });
    expectRefused(answer, 401, 'invalid_credentials');
    expect([answer.json.token, answer.setCookies]).toEqual([undefined, []]);
    expect(answer.headers['www-authenticate']).toBe('Bearer realm="session"');
  });
});

describe.each(databases)(
  'a program whose session outlasts a change of the password, on $name',
  (database) => {
    const options = { session: { bearer: true }, changePassword: { keepCurrentSession: true } };
    const host = hosted({ database, options });

    it('gets a new token for it, and the old one is dead', async () => {
      const person = await host.people.person();
      const [program, other] = [new Program(host.url), new Program(host.url)];
      await program.login(person);
      await other.login(person);
      const former = program.token;
      const answer = await program.changePassword(PASSWORD, OTHER_PASSWORD);
      expectDone(answer, { to: '/', message: 'password changed' });
      expect(answer.setCookies).toEqual([]);
      expect(answer.json.token).toMatch(TOKEN);
      expect(program.token).not.toBe(former);
      expect(await program.isSignedIn()).toBe(true);
      expect(await other.isSignedIn()).toBe(false);
      program.token = former;
      expectRefused(await program.get('/private'), 401, 'not_authenticated');
    });

    it('does not take the place of a cookie', async () => {
      const browser = await host.people.signIn(await host.people.person());
      const answer = await browser.changePassword(PASSWORD, OTHER_PASSWORD);
      expect(answer.json.token).toBeUndefined();
      expect(browser.cookies.get('id')).not.toMatch(/^b_/);
      expect(await browser.isSignedIn()).toBe(true);
    });
  },
);

describe('where programs have no part', () => {
  const host = hosted();

  it.each(clients)('their header changes nothing for a login, by %s', async (client) => {
    const { username } = await host.people.person();
    const visitor = host.visitor(client);
    const answer = await visitor.submit('/login', { username, password: PASSWORD }, AS_PROGRAM);
    expectDone(answer, { to: '/' });
    expect(answer.json.token).toBeUndefined();
    expect(await visitor.isSignedIn()).toBe(true);
  });

  it('a token says nothing, nor does it keep the cookie from counting', async () => {
    const person = await host.people.person();
    const { token } = await host.service.login(
      { username: person.username, password: PASSWORD },
      { transport: 'bearer' },
    );
    expect(token).toMatch(TOKEN);
    const authorization = `Bearer ${token}`;
    const refused = await host.visitor().api('GET', '/private', undefined, { authorization });
    expectRefused(refused, 401, 'not_authenticated');
    expect(refused.headers['www-authenticate']).toBeUndefined();
    expect(refused.headers.vary).toBe('Cookie');
    const browser = await host.people.signIn(person);
    expect((await browser.api('GET', '/private', undefined, { authorization })).status).toBe(200);
    const forged = await browser.api('POST', '/logout', {}, { authorization, ...FOREIGN });
    expectRefused(forged, 403, 'csrf_failed');
  });
});
