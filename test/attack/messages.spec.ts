import type { IncomingMessage, ServerResponse } from 'node:http';
import { deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, it, vi } from 'vitest';
import { hosted } from '../support/hosted.js';
import { freshUsername, PASSWORD } from '../support/people.js';
import { FORM_TYPE, HTML } from '../support/visitor.js';
import { counted } from './hasher-work.js';
import { chunked, exchange, raw } from './raw.js';

const AS_JSON = 'Content-Type: application/json';
const AS_FORM = `Content-Type: ${FORM_TYPE}`;
const CHUNKED = 'Transfer-Encoding: chunked';
/** Characters: more than a body may have. */
const MAX_PARSED = 200_000;

/** Texts that a parser, a driver or a stack would leave in an answer. */
const LEAK =
  /in JSON|position \d|unexpected (token|end)|SyntaxError|node_modules|\bat \w+.*:\d+|SQLITE|SELECT |sso_user/i;

describe('messages that are no proper requests', () => {
  const host = hosted();

  const deep = (levels: number) => `{"username":${'['.repeat(levels)}${']'.repeat(levels)},"password":"x"}`;

  it.each([
    ['chunked, of 5,000 levels', [CHUNKED], chunked(deep(5000))],
    ['chunked, of 45,000 levels', [CHUNKED], chunked(deep(45_000))],
    ['compressed by gzip, of 20,000 levels', ['Content-Encoding: gzip'], gzipSync(deep(20_000))],
    ['compressed by deflate, of 20,000 levels', ['Content-Encoding: deflate'], deflateSync(deep(20_000))],
    [
      'chunked objects of 10,000 levels',
      [CHUNKED],
      chunked(`${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`),
    ],
  ])('T-28 deep bodies: %s are refused, and break nothing', async (_, headers, body) => {
    for (const target of ['/login', '/register', '/change-password', '/logout', '/users']) {
      const { result, verifications } = await counted(() =>
        raw(host.url, { method: 'POST', target, headers: [AS_JSON, ...headers], body }),
      );
      expect({ target, verifications }).toEqual({ target, verifications: 0 });
      expect([400, 401, 413, 422]).toContain(result.status);
      expect(result.body).not.toMatch(LEAK);
    }
  });

  it.each([
    ['five megabytes of password', [AS_JSON], `{"username":"zoe","password":"${'x'.repeat(5_000_000)}"}`],
    ['five megabytes in chunks', [AS_JSON, CHUNKED], chunked(`{"password":"${'x'.repeat(5_000_000)}"}`)],
    ['1,200 parameters', [AS_FORM], Array.from({ length: 1200 }, (_, index) => `p${index}=1`).join('&')],
    ['a bomb of 20 MB', [AS_JSON, 'Content-Encoding: gzip'], gzipSync(`{"a":"${'x'.repeat(20_000_000)}"}`)],
    ['a length that is a lie', [AS_JSON, 'Content-Length: 50000'], '{}'],
  ])('T-28 big bodies: %s cost no hash, and are not parsed', async (name, headers, body) => {
    const before = process.memoryUsage().rss;
    const parse = vi.spyOn(JSON, 'parse');
    // The test parses what it has sent, too, but only once the answer is there.
    let longest = 0;
    const watch = (_: IncomingMessage, response: ServerResponse) =>
      response.once('finish', () => {
        longest = Math.max(longest, ...parse.mock.calls.map(([text]) => text.length));
      });
    const server = host.app.getHttpServer().on('request', watch);
    const { result, verifications } = await counted(() =>
      name.includes('lie')
        ? exchange(
            host.url,
            `POST /login HTTP/1.1\r\nHost: ${new URL(host.url).host}\r\n${headers.join('\r\n')}\r\n\r\n${body}`,
            300,
          )
        : raw(host.url, { method: 'POST', target: '/login', headers, body }),
    );
    expect(verifications).toBe(0);
    // 0: the connection was cut while the rest was still being sent.
    expect([0, 400, 403, 413, 422]).toContain(result.status);
    server.off('request', watch);
    parse.mockRestore();
    expect(longest).toBeLessThan(MAX_PARSED);
    expect(process.memoryUsage().rss - before).toBeLessThan(200_000_000);
    expect((await host.visitor().page('/login')).status).toBe(200);
  });

  it('T-16 T-24 content types: of two the first counts, and a body is never read as another', async () => {
    const { username } = await host.people.person();
    const json = JSON.stringify({ username, password: PASSWORD });
    const form = new URLSearchParams({ username, password: PASSWORD }).toString();
    for (const [headers, body] of [
      [['Content-Type: text/plain', AS_JSON], json],
      [['Content-Type: multipart/form-data; boundary=x', AS_JSON], json],
      [['Content-Type: text/plain;application/json'], json],
      [['Content-Type: application/json-patch+json'], json],
      [['Content-Type: application/jsonp'], json],
      [['Content-Type: application/json\tx'], json],
      [['Content-Type:'], json],
      [[], json],
      [[AS_JSON], form],
      [[AS_FORM], json],
      [[AS_FORM], form],
      [['Content-Type: application/x-www-form-urlencoded, application/json'], json],
      [[AS_JSON, 'Content-Encoding: identity, gzip'], json],
      [[AS_JSON, 'Content-Encoding: aes128'], json],
    ] as [string[], string][]) {
      const answer = await raw(host.url, { method: 'POST', target: '/login', headers, body });
      expect([400, 403, 415]).toContain(answer.status);
      expect(answer.header('set-cookie').filter((cookie) => cookie.startsWith('id='))).toEqual([]);
    }
    const first = await raw(host.url, {
      method: 'POST',
      target: '/login',
      headers: [AS_JSON, 'Content-Type: text/plain'],
      body: json,
    });
    expect(first.status).toBe(200);
  });

  it('T-24 parameter pollution: a body on GET or HEAD is nobody’s login', async () => {
    const { id, username } = await host.people.person();
    const body = JSON.stringify({ username, password: PASSWORD });
    for (const method of ['GET', 'HEAD']) {
      const answer = await raw(host.url, { method, target: '/login', headers: [AS_JSON], body });
      expect(answer.status).toBe(200);
      expect(answer.header('set-cookie').filter((cookie) => cookie.startsWith('id='))).toEqual([]);
    }
    expect(await host.rows.sessionsOf(id)).toEqual([]);
  });

  it('T-37 credentials in the URL: no method and no kind of body reads them there', async () => {
    const { id, username } = await host.people.person();
    const target = `/login?${new URLSearchParams({ username, password: PASSWORD })}`;
    for (const [method, headers, body] of [
      ['GET', [], ''],
      ['HEAD', [], ''],
      ['POST', [], ''],
      ['POST', [AS_JSON, 'Content-Length: 0'], ''],
      ['POST', [AS_JSON], '{}'],
      ['POST', [AS_JSON], `{"username":"${username}"}`],
      ['POST', ['Content-Type: text/plain'], 'x'],
      ['POST', ['Content-Type: multipart/form-data; boundary=x'], '--x--\r\n'],
      ['POST', [AS_FORM, 'Content-Length: 0'], ''],
      ['POST', [CHUNKED], '0\r\n\r\n'],
      ['PUT', [AS_JSON], '{}'],
    ] as [string, string[], string][]) {
      const answer = await raw(host.url, { method, target, headers, body });
      expect(answer.status).toBeLessThan(500);
      expect(answer.header('set-cookie').filter((cookie) => cookie.startsWith('id='))).toEqual([]);
      expect(answer.body).not.toContain(PASSWORD);
    }
    expect(await host.rows.sessionsOf(id)).toEqual([]);
  });

  it('T-19 methods: lower case, unknown and tunnelled ones do nothing', async () => {
    const person = await host.people.person();
    const visitor = await host.people.signIn(person);
    const cookie = `Cookie: id=${visitor.cookies.get('id')}`;
    for (const method of ['post', 'Post', 'POST\t', 'EVIL', 'POSTX', 'P O S T']) {
      const answer = await raw(host.url, {
        method,
        target: '/logout',
        headers: [cookie, AS_JSON],
        body: '{}',
      });
      expect([0, 400]).toContain(answer.status);
    }
    for (const method of [
      'OPTIONS',
      'TRACE',
      'PUT',
      'PATCH',
      'DELETE',
      'PROPFIND',
      'LOCK',
      'SEARCH',
      'QUERY',
    ]) {
      for (const target of ['/logout', '/login', '/change-password', '/register']) {
        const answer = await raw(host.url, {
          method,
          target,
          headers: [cookie, 'Sec-Fetch-Site: same-origin'],
        });
        expect([400, 404, 405]).toContain(answer.status);
        expect(answer.header('set-cookie').filter((line) => line.startsWith('id='))).toEqual([]);
        expect(answer.body).not.toContain(visitor.cookies.get('id'));
      }
    }
    for (const header of ['X-HTTP-Method-Override', 'X-HTTP-Method', 'X-Method-Override']) {
      for (const target of ['/logout', '/logout?_method=POST', '/logout?method=POST'])
        expect((await raw(host.url, { target, headers: [cookie, `${header}: POST`] })).status).toBe(200);
    }
    expect(await visitor.isSignedIn()).toBe(true);
  });

  it('T-26 header injection: a line break in a header, a target or a field adds no header', async () => {
    const { username } = await host.people.person();
    for (const request of [
      { target: '/login', headers: ['X-A: b\rSet-Cookie: id=evil'] },
      { target: '/login', headers: ['X-A: b\nX-Evil: 1'] },
      { target: '/login', headers: ['X-A: b\r\n X-Evil: 1'] },
      { target: '/login', headers: ['X-A : b'] },
      { target: '/login\nX-Evil: 1', headers: [] },
    ]) {
      const answer = await raw(host.url, request);
      expect([200, 400]).toContain(answer.status);
      expect(answer.lines.join('\n')).not.toMatch(/evil/i);
    }
    for (const text of [
      '\r\nX-Evil: 1',
      '%0d%0aX-Evil: 1',
      '\u560d\u560aX-Evil: 1',
      '\u2028X-Evil: 1',
      '\u0085X-Evil: 1',
    ]) {
      for (const [path, fields] of [
        ['/login', { username, password: PASSWORD, next: `/private${text}` }],
        ['/login', { username: `zoe${text}`, password: PASSWORD }],
        [`/login?next=${encodeURIComponent(`/${text}`)}`, { username, password: PASSWORD }],
        ['/register', { username: `zoe${text}`, password: PASSWORD, confirm_password: PASSWORD }],
      ] as const) {
        for (const client of ['form', 'json'] as const) {
          const { status, headers } = await host.visitor(client).submit(path, fields);
          expect(status).toBeLessThan(500);
          expect(Object.keys(headers)).not.toContain('x-evil');
          expect(headers.location ?? '').not.toMatch(/[\r\n\u0080-\uffff]/);
        }
      }
    }
  });

  it('T-56 information leaks: no way to send nonsense is answered with the parser’s words', async () => {
    for (const target of [
      '/login',
      '/login/',
      '/LOGIN',
      '/login?x',
      '/login#x',
      `${host.url}/login`,
      '/users/%E0%A4%A',
      '/sessions/%ff/revoke',
    ]) {
      for (const body of ['{"a', "{'a':1}", '[1,', 'NaN', '\u0000', '{"username":"zoe","password":"p]']) {
        const answer = await raw(host.url, { method: 'POST', target, headers: [AS_JSON], body });
        expect([400, 401, 404, 422]).toContain(answer.status);
        expect({ target, body: answer.body }).toEqual({ target, body: expect.not.stringMatching(LEAK) });
      }
    }
  });

  it('T-26 request smuggling: two lengths, or a length and chunks, are one request or none', async () => {
    for (const headers of [
      ['Content-Length: 2', 'Content-Length: 40'],
      ['Content-Length: 2', CHUNKED],
      ['Transfer-Encoding: chunked, identity', 'Content-Length: 2'],
      ['Transfer-Encoding : chunked'],
      ['Content-Length: +2'],
      ['Content-Length: 0x2'],
    ]) {
      const body = '{}GET /session HTTP/1.1\r\nHost: a\r\n\r\n';
      const answer = await raw(host.url, {
        method: 'POST',
        target: '/login',
        headers: [AS_JSON, ...headers],
        body,
      });
      expect([0, 400]).toContain(answer.status);
      expect(answer.body).not.toContain('not_authenticated');
    }
  });

  it('T-20 T-26 host header: one that is forged or broken is in no link, redirect or allowed origin', async () => {
    const { username } = await host.people.person();
    for (const name of [
      'evil.example',
      'evil.example:80',
      '[',
      'a b',
      '"><script>',
      '',
      '127.0.0.1@evil.example',
    ]) {
      const bare = ['Connection: close', `Host: ${name}`];
      const page = await raw(host.url, {
        target: '/private',
        bare: true,
        headers: [...bare, `Accept: ${HTML}`],
      });
      expect([303, 400]).toContain(page.status);
      expect(page.header('location').join('')).not.toContain('evil.example');
      const body = JSON.stringify({ username, password: PASSWORD, next: 'https://evil.example/x' });
      const headers = [...bare, AS_JSON, `Content-Length: ${body.length}`, 'X-Forwarded-Host: evil.example'];
      const login = await raw(host.url, { method: 'POST', target: '/login', bare: true, headers, body });
      expect([200, 400]).toContain(login.status);
      expect(login.body).not.toContain('evil.example');
      const crossed = [...headers, `Origin: ${host.url}`];
      const answer = await raw(host.url, {
        method: 'POST',
        target: '/login',
        bare: true,
        headers: crossed,
        body,
      });
      expect([400, 403]).toContain(answer.status);
    }
  });

  it('T-23 prototype pollution: names of every object’s own are names like any other', async () => {
    for (const username of ['constructor', '__proto__', 'toString', 'hasOwnProperty', 'valueOf']) {
      expect((await host.visitor().login({ username, password: PASSWORD })).status).toBe(401);
      const name = `${username}.${freshUsername()}`;
      expect(
        (await host.visitor().register({ username: name, password: PASSWORD, confirm_password: PASSWORD }))
          .status,
      ).toBe(201);
    }
    const cookie = 'Cookie: __proto__=a; constructor=b; toString=c; id';
    expect((await raw(host.url, { target: '/session', headers: [cookie] })).status).toBe(401);
    for (const query of ['__proto__[x]=1', 'constructor[prototype][x]=1', 'next[__proto__][x]=1']) {
      expect((await raw(host.url, { target: `/login?${query}` })).status).toBe(200);
    }
    expect(({} as Record<string, unknown>)['x']).toBeUndefined();
  });

  it('T-33 template options: what the body or the query says of layout and views is not read', async () => {
    const visitor = host.visitor('form');
    const { csrf_token: token } = await visitor.token('/login');
    for (const option of [
      'layout=../package.json',
      'layout=false',
      'settings[views]=/',
      'settings[view options][layout]=../package.json',
      '_locals[title]=x',
      'cache=1',
      'partials[layout]=x',
      'helpers[lookup]=x',
      'data[root]=x',
      'allowProtoPropertiesByDefault=1',
    ]) {
      const body = `username=zoe&password=x&csrf_token=${encodeURIComponent(String(token))}&${option}`;
      const answer = await visitor.send('POST', `/login?${option}`, {
        headers: { accept: HTML, 'content-type': FORM_TYPE, origin: host.url },
        body,
      });
      expect({ option, status: answer.status }).toEqual({ option, status: 422 });
      expect(answer.body).toMatch(/^<!DOCTYPE html>/);
      expect(answer.body).not.toContain('"dependencies"');
    }
  });
});
