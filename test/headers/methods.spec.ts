import { describe, expect, it } from 'vitest';
import { expectRefused } from '../support/expectations.js';
import { hosted } from '../support/hosted.js';
import { routesOf } from '../support/routes.js';
import { type Answer, HTML } from '../support/visitor.js';
import { expectPrivate, pages } from './shield.js';

const SOME_ID = '00000000-0000-7000-8000-000000000000';

const allowOf = ({ headers }: Answer): string[] =>
  String(headers.allow)
    .split(/\s*,\s*/)
    .toSorted();

describe('the methods of a page', () => {
  const host = hosted();

  it.each(pages)('%s are GET, HEAD and POST; any other is refused', async (path) => {
    const visitor = await host.people.signIn(await host.people.person());
    for (const method of ['PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND']) {
      const answer = await visitor.send(method, path);
      expect({ method, status: answer.status }).toEqual({ method, status: 405 });
      expect(allowOf(answer)).toEqual(['GET', 'HEAD', 'POST']);
      expect(answer.setCookies.filter(({ name }) => name === 'id')).toEqual([]);
    }
    expect(await visitor.isSignedIn()).toBe(true);
  });

  it.each(pages)('%s by HEAD is the page without its body', async (path) => {
    const visitor = await host.people.signIn(await host.people.person());
    const answer = await visitor.send('HEAD', path, { headers: { accept: HTML } });
    expect(answer.status).toBe(200);
    expect(answer.body).toBe('');
    expect(answer.headers['content-type']).toMatch(/^text\/html/);
    expectPrivate(answer);
  });

  it('are not overridden by a header or a field', async () => {
    const visitor = await host.people.signIn(await host.people.person());
    const headers = { 'x-http-method-override': 'POST', 'x-method-override': 'POST', accept: HTML };
    expect((await visitor.send('GET', '/logout?_method=POST', { headers })).status).toBe(200);
    expect(await visitor.isSignedIn()).toBe(true);
  });

  it('are told to JSON clients by a code', async () => {
    expectRefused(await host.visitor().api('PUT', '/login', {}), 405, 'method_not_allowed');
  });

  it('are told before anybody is sent to the login for them', async () => {
    for (const path of ['/users/new', `/users/${SOME_ID}/lock`, `/sessions/${SOME_ID}/revoke`]) {
      const method = path === '/users/new' ? 'POST' : 'GET';
      const answer = await host.visitor().send(method, path, { headers: { accept: HTML } });
      expect([path, answer.status, answer.headers.location]).toEqual([path, 405, undefined]);
      expect(answer.headers['content-type']).toMatch(/^text\/html/);
    }
  });

  it('are those that `Allow` names, on every path', async () => {
    const admin = await host.people.signIn(await host.people.superUser());
    const routes = routesOf(host);
    for (const path of new Set(routes.map((route) => route.path))) {
      const answer = await admin.api('PUT', `/${path.replace(':id', SOME_ID)}`, {});
      const allowed = routes
        .filter((route) => route.path === path)
        .flatMap(({ method }) => (method === 'GET' ? ['GET', 'HEAD'] : [method]));
      expect({ path, status: answer.status, allow: allowOf(answer) }).toEqual({
        path,
        status: 405,
        allow: allowed.toSorted(),
      });
    }
  });
});

describe('the form of a page that Accept decides', () => {
  const host = hosted();

  it.each([
    [HTML, /^text\/html/],
    ['*/*', /^text\/html/],
    [undefined, /^text\/html/],
    ['text/html;q=0.5, application/json;q=0.4', /^text\/html/],
    ['application/json', /^application\/json/],
    ['application/json, text/html;q=0.5', /^application\/json/],
  ])('is decided by %s', async (accept, type) => {
    const { status, headers } = await host
      .visitor()
      .send('GET', '/login', { headers: accept ? { accept } : {} });
    expect(status).toBe(200);
    expect(headers['content-type']).toMatch(type);
  });

  it('is JSON for a JSON request and HTML for a form, whatever Accept says', async () => {
    const visitor = host.visitor('form');
    const token = await visitor.token('/login');
    const form = await visitor.post('/login', { ...token, username: 'a', password: 'b' }, { accept: '*/*' });
    expect(form.headers['content-type']).toMatch(/^text\/html/);
    const json = await visitor.api('POST', '/login', { username: 'a', password: 'b' }, { accept: HTML });
    expect(json.headers['content-type']).toMatch(/^application\/json/);
  });
});
