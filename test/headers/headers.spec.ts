import { describe, expect, it } from 'vitest';
import { hosted } from '../support/hosted.js';
import { attributeOf } from '../support/page.js';
import { OTHER_PASSWORD, PASSWORD } from '../support/people.js';
import { expectPrivate, expectShielded, pages } from './shield.js';

describe('the headers of an answer', () => {
  const host = hosted();

  it.each(pages)('keep the page %s out of caches and frames', async (path) => {
    const visitor = await host.people.signIn(await host.people.person(), 'form');
    const answer = await visitor.page(path);
    expect(answer.status).toBe(200);
    expectPrivate(answer);
    expectShielded(answer);
  });

  it.each(pages)('keep the page %s with an error out of caches and frames', async (path) => {
    const visitor = await host.people.signIn(await host.people.person(), 'form');
    const refusedByToken = await visitor.post(path, {});
    expect(refusedByToken.status).toBe(403);
    const refusedByFields = await visitor.submit(path, { unknown: 1 });
    expect(refusedByFields.status).toBe(422);
    for (const answer of [refusedByToken, refusedByFields]) {
      expectPrivate(answer);
      expectShielded(answer);
    }
  });

  it('of redirects and JSON keep them out of caches too', async () => {
    const person = await host.people.person();
    const admin = await host.people.signIn(await host.people.superUser());
    const stranger = host.visitor();
    const signedIn = await host.people.signIn(person);
    const form = host.visitor('form');
    for (const [status, answer] of [
      [303, await form.login({ username: person.username, password: PASSWORD })],
      [303, await form.changePassword(PASSWORD, OTHER_PASSWORD)],
      [401, await signedIn.get('/session')],
      [303, await host.visitor('form').page('/change-password')],
      [401, await stranger.get('/change-password')],
      [401, await stranger.get('/session')],
      [401, await stranger.get('/sessions')],
      [401, await stranger.get('/users')],
      [401, await stranger.login({ username: 'nobody', password: 'x' })],
      [422, await stranger.login({})],
      [200, await admin.get('/session')],
      [200, await admin.get('/sessions')],
      [200, await admin.get('/users')],
      [200, await admin.get(`/users/${person.id}`)],
      [404, await admin.get('/users/abc')],
      [404, await admin.api('DELETE', '/sessions/abc')],
      [405, await stranger.api('PUT', '/login')],
      [200, await admin.logout()],
    ] as const) {
      expect(answer.status).toBe(status);
      expectPrivate(answer);
      expect(answer.headers['x-content-type-options']).toBe('nosniff');
    }
  });

  it('of a body that cannot be read keep it out of caches too', async () => {
    const visitor = host.visitor();
    const headers = { 'content-type': 'application/json' };
    for (const [status, sent] of [
      [400, { headers, body: '{' }],
      [413, { headers, body: `"${'x'.repeat(20_000)}"` }],
      [415, { headers: { 'content-type': 'text/plain' }, body: 'x' }],
    ] as const) {
      const answer = await visitor.send('POST', '/login', sent);
      expect(answer.status).toBe(status);
      expectPrivate(answer);
    }
  });

  it('of the style sheet are those of CSS with the theme', async () => {
    const { status, headers, body } = await host.visitor().get('/styles.css', 'text/css,*/*;q=0.1');
    expect(status).toBe(200);
    expect(headers['content-type']).toMatch(/^text\/css/);
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(body).toMatch(/--background-color:\s*#\w+/);
    const login = await host.visitor('form').page('/login');
    const link = /<link\b[^>]*rel="stylesheet"[^>]*>/.exec(login.body)?.[0] ?? '';
    expect(attributeOf(link, 'href')).toBe('/styles.css');
  });

  it('of the icon are those of an SVG, which every page names and its policy allows', async () => {
    const { status, headers, body } = await host.visitor().get('/icon.svg', 'image/avif,image/*,*/*;q=0.8');
    expect([status, headers['content-type']]).toEqual([200, 'image/svg+xml; charset=utf-8']);
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(body).toMatch(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg"/);
    for (const path of pages) {
      const page = await host.visitor('form').page(path);
      const policy = String(page.headers['content-security-policy']);
      if (page.status !== 200) continue;
      const link = /<link\b[^>]*rel="icon"[^>]*>/.exec(page.body)?.[0] ?? '';
      expect([attributeOf(link, 'href'), policy.includes("img-src 'self'")]).toEqual(['/icon.svg', true]);
    }
  });

  it('of the script are those of JavaScript, and only pages that ask for a password may load it', async () => {
    const { status, headers, body } = await host.visitor().get('/page.js', '*/*');
    expect(status).toBe(200);
    expect(headers['content-type']).toBe('text/javascript; charset=utf-8');
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(body).not.toMatch(/innerHTML|insertAdjacentHTML|\beval\b|document\.write|https?:/);
    const visitor = await host.people.signIn(await host.people.person(), 'form');
    for (const path of pages) {
      const page = await visitor.page(path);
      const script = /<script\b[^>]*>/.exec(page.body)?.[0] ?? '';
      const policy = String(page.headers['content-security-policy']);
      const isAllowed = policy.includes("script-src 'self'");
      const isLoaded = attributeOf(script, 'src') === '/page.js';
      expect({ path, isAllowed, isLoaded }).toEqual({
        path,
        isAllowed: path !== '/logout',
        isLoaded: path !== '/logout',
      });
    }
  });
});
