import { Controller, Post, UseGuards } from '@nestjs/common';
import { describe, expect, it } from 'vitest';
import { CsrfGuard, SessionGuard } from '../../src/index.js';
import { newToken } from '../../src/session/session.token.js';
import { expectDone, expectNoSessionCookie, expectRefused } from '../support/expectations.js';
import { hosted } from '../support/hosted.js';
import { OTHER_PASSWORD, PASSWORD } from '../support/people.js';
import { AS_PROGRAM, Program } from '../support/program.js';
import { FORM_TYPE, HTML, urlencoded } from '../support/visitor.js';

const FOREIGN = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' };

@Controller('orders')
@UseGuards(SessionGuard, CsrfGuard)
class OrdersController {
  @Post()
  order(): object {
    return { ordered: true };
  }
}

describe('a request with a cookie and a header', () => {
  const host = hosted({ options: { session: { bearer: true } }, controllers: [OrdersController] });

  async function both() {
    const [one, other] = [await host.people.person(), await host.people.person()];
    const browser = await host.people.signIn(one);
    const program = new Program(host.url);
    await program.login(other);
    return { one, other, browser, program, authorization: `Bearer ${program.token}` };
  }

  it('is of whom the header says', async () => {
    const { other, browser, authorization } = await both();
    const { json } = await browser.api('GET', '/private', undefined, { authorization });
    expect(json.username).toBe(other.username);
  });

  it.each(['Bearer', 'Bearer ', 'bearer b_unknown', `Bearer ${newToken('bearer')}`, `Bearer ${newToken()}`])(
    'is of nobody where the header is no good: %s',
    async (authorization) => {
      const { browser } = await both();
      const refused = await browser.api('GET', '/private', undefined, { authorization });
      expectRefused(refused, 401, 'not_authenticated');
      expect(refused.headers['www-authenticate']).toBe('Bearer realm="session", error="invalid_token"');
      expectRefused(await browser.api('POST', '/private', {}, { authorization }), 401, 'not_authenticated');
      expect(await browser.isSignedIn()).toBe(true);
    },
  );

  it('is of the cookie where the header has another scheme, and from another site it is refused', async () => {
    const { one, browser } = await both();
    for (const authorization of ['Basic em9lOnBsdW0=', 'Digest x', 'BearerToken x', `b_${'x'.repeat(43)}`]) {
      const { json } = await browser.api('GET', '/private', undefined, { authorization });
      expect(json.username).toBe(one.username);
      const forged = await browser.api('POST', '/logout', {}, { authorization, ...FOREIGN });
      expectRefused(forged, 403, 'csrf_failed');
    }
  });

  it('leaves the session of the cookie alone by a login, a logout and a change', async () => {
    const { other, browser, program, authorization } = await both();
    const fields = { username: other.username, password: PASSWORD };
    const login = await browser.api('POST', '/login', fields, { ...AS_PROGRAM, ...FOREIGN });
    expectDone(login, { to: '/' });
    expect(login.setCookies).toEqual([]);
    const change = {
      old_password: PASSWORD,
      new_password: OTHER_PASSWORD,
      confirm_new_password: OTHER_PASSWORD,
    };
    const changed = await browser.api('POST', '/change-password', change, { authorization });
    expect([changed.status, changed.setCookies]).toEqual([200, []]);
    program.token = '';
    await program.login({ ...other, password: OTHER_PASSWORD });
    const again = { authorization: `Bearer ${program.token}`, ...FOREIGN };
    const logout = await browser.api('POST', '/logout', {}, again);
    expect([logout.status, logout.setCookies]).toEqual([200, []]);
    expect(await browser.isSignedIn()).toBe(true);
  });

  it('needs no form token behind the guard of the host’s own forms, and without the header one', async () => {
    const { browser, authorization } = await both();
    const form = { headers: { 'content-type': FORM_TYPE, ...FOREIGN }, body: 'amount=1' };
    const headers = { ...form.headers, authorization };
    expect((await browser.send('POST', '/orders', { ...form, headers })).json).toEqual({ ordered: true });
    expect((await browser.send('POST', '/orders', form)).json.code).toBe('csrf_failed');
  });
});

describe('a token', () => {
  const host = hosted({ options: { session: { bearer: true } } });

  it('of a browser opens nothing in the header', async () => {
    const browser = await host.people.signIn(await host.people.person());
    const program = new Program(host.url);
    for (const prefix of ['', 'b_']) {
      program.token = `${prefix}${browser.cookies.get('id')}`;
      expectRefused(await program.get('/private'), 401, 'not_authenticated');
    }
    expect(await browser.isSignedIn()).toBe(true);
  });

  it('of a program opens nothing in the cookie, nor is it ended from there', async () => {
    const program = new Program(host.url);
    await program.login(await host.people.person());
    const thief = host.visitor();
    for (const id of [program.token, program.token.slice(2), `x; id=${program.token}`]) {
      thief.cookies.put('id', id);
      expectRefused(await thief.get('/private'), 401, 'not_authenticated');
      await thief.logout();
    }
    expect(await program.isSignedIn()).toBe(true);
  });

  it('of a browser never looks like that of a program', () => {
    const tokens = Array.from({ length: 20_000 }, () => newToken());
    expect(tokens.filter((token) => token.startsWith('b_'))).toEqual([]);
  });

  it.each(['access_token', 'token', 'bearer'])(
    'is not read from the query or the body as %s',
    async (name) => {
      const program = new Program(host.url);
      await program.login(await host.people.person());
      const visitor = host.visitor();
      expectRefused(await visitor.get(`/private?${name}=${program.token}`), 401, 'not_authenticated');
      expectRefused(
        await visitor.api('POST', '/private', { [name]: program.token }),
        401,
        'not_authenticated',
      );
    },
  );

  it('is known by its scheme in any case, and by one blank or more', async () => {
    const program = new Program(host.url);
    await program.login(await host.people.person());
    for (const authorization of [`bearer ${program.token}`, `BEARER   ${program.token}`]) {
      expect((await program.call('GET', '/private', undefined, { authorization })).status).toBe(200);
    }
    for (const rest of [
      `${program.token} ${program.token}`,
      `"${program.token}"`,
      `${program.token},x`,
      'b_',
    ]) {
      const authorization = `Bearer ${rest}`;
      const refused = await program.call('GET', '/private', undefined, { authorization });
      expectRefused(refused, 401, 'not_authenticated');
    }
  });

  it('that nobody has ends nothing: a logout succeeds for an ended one, and needs one of its shape', async () => {
    const program = new Program(host.url);
    program.token = newToken('bearer');
    expectDone(await program.call('POST', '/logout', {}), { to: '/login' });
    program.token = 'b_short';
    expectRefused(await program.call('POST', '/logout', {}), 401, 'not_authenticated');
    expectRefused(await host.visitor().api('POST', '/logout', {}, AS_PROGRAM), 401, 'not_authenticated');
  });
});

describe('somebody who', () => {
  const host = hosted({ options: { session: { bearer: true } } });

  it('posts a form for a token is told to send JSON, and is not logged in', async () => {
    const { id, username } = await host.people.person();
    const headers = { accept: HTML, 'content-type': FORM_TYPE, ...AS_PROGRAM };
    const answer = await host
      .visitor()
      .send('POST', '/login', { headers, body: urlencoded({ username, password: PASSWORD }) });
    expect(answer.status).toBe(415);
    expect(answer.body).toContain('With a bearer token, send application/json.');
    expectNoSessionCookie(answer);
    expect(await host.rows.sessionsOf(id)).toEqual([]);
  });

  it('asks for a transport that is not known gets a cookie', async () => {
    const { username } = await host.people.person();
    const headers = { 'x-session-transport': 'carrier pigeon' };
    const visitor = host.visitor();
    const answer = await visitor.api('POST', '/login', { username, password: PASSWORD }, headers);
    expect(answer.json.token).toBeUndefined();
    expect(await visitor.isSignedIn()).toBe(true);
  });

  it('opens a page in a browser is led to the login without a challenge', async () => {
    const answer = await host.visitor().page('/private');
    expect(answer.headers.location).toBe('/login?next=%2Fprivate');
    expect(answer.headers['www-authenticate']).toBeUndefined();
    const own = await host.visitor().page('/change-password');
    expect([own.status, own.headers['www-authenticate']]).toEqual([303, undefined]);
  });

  it('brings no token is told by which scheme to come in', async () => {
    for (const path of ['/private', '/session', '/sessions', '/users']) {
      const answer = await host.visitor().get(path);
      expect([answer.status, answer.headers['www-authenticate']]).toEqual([401, 'Bearer realm="session"']);
    }
  });

  it('logs in as a program gets no cookie of any kind, whatever cookies come along', async () => {
    const { username } = await host.people.person();
    const answer = await host
      .visitor()
      .api(
        'POST',
        '/login',
        { username, password: PASSWORD },
        { ...AS_PROGRAM, cookie: 'device=x; notice=signed_out' },
      );
    expect(answer.status).toBe(200);
    expect(answer.headers['set-cookie']).toBeUndefined();
  });
});
