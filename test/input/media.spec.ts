import { gzipSync } from 'node:zlib';
import type { OutgoingHttpHeaders } from 'node:http';
import { describe, expect, it } from 'vitest';
import { expectNoSessionCookie } from '../support/expectations.js';
import { hosted } from '../support/hosted.js';
import { PASSWORD } from '../support/people.js';
import { FORM_TYPE, HTML, JSON_TYPE, urlencoded } from '../support/visitor.js';

const paths = ['/login', '/logout', '/register', '/change-password', '/users', '/sessions/revoke-others'];

describe('the content type', () => {
  const host = hosted();

  async function post(path: string, headers: OutgoingHttpHeaders, body: string | Buffer) {
    const visitor = await host.people.signIn(await host.people.superUser());
    const answer = await visitor.send('POST', path, { headers, body });
    return { visitor, answer };
  }

  describe.each(paths)('of POST %s', (path) => {
    const fields = { username: 'zoe', password: PASSWORD };

    it.each([
      ['text/plain'],
      ['TEXT/PLAIN; charset=utf-8'],
      ['text/plain, application/json'],
      ['application/vnd.api+json'],
      ['application/xml'],
      ['application/octet-stream'],
      ['nonsense'],
      [undefined],
    ])('is refused when it is %s', async (type) => {
      const { visitor, answer } = await post(
        path,
        type ? { 'content-type': type } : {},
        JSON.stringify(fields),
      );
      expect(answer.status).toBe(415);
      expect(answer.json.code ?? answer.message).toBeTruthy();
      expectNoSessionCookie(answer);
      expect(await visitor.isSignedIn()).toBe(true);
    });

    it('is refused when it is multipart', async () => {
      const body = '--x\r\nContent-Disposition: form-data; name="username"\r\n\r\nzoe\r\n--x--\r\n';
      const { visitor, answer } = await post(
        path,
        { 'content-type': 'multipart/form-data; boundary=x' },
        body,
      );
      expect(answer.status).toBe(415);
      expect(await visitor.isSignedIn()).toBe(true);
    });

    it('is refused with a character set that nobody knows', async () => {
      for (const type of [`${JSON_TYPE}; charset=x-unknown`, `${FORM_TYPE}; charset=x-unknown`]) {
        const { visitor, answer } = await post(path, { 'content-type': type }, '{}');
        expect([403, 415]).toContain(answer.status);
        expect(await visitor.isSignedIn()).toBe(true);
      }
    });

    it.each([
      ['200 kB of JSON', JSON_TYPE, JSON.stringify({ username: 'x'.repeat(200_000) })],
      ['200 kB of form', FORM_TYPE, urlencoded({ username: 'x'.repeat(200_000) })],
      ['11 kB of JSON', JSON_TYPE, JSON.stringify({ username: 'x'.repeat(11_000) })],
      ['11 kB of form', FORM_TYPE, urlencoded({ username: 'x'.repeat(11_000) })],
    ])('comes with at most 10 kB, not with %s', async (_, type, body) => {
      for (const chunked of [false, true]) {
        const visitor = await host.people.signIn(await host.people.superUser());
        const answer = await visitor.send('POST', path, { headers: { 'content-type': type }, body, chunked });
        expect(answer.status).toBe(413);
        expect(await visitor.isSignedIn()).toBe(true);
      }
    });

    it('does not hide a large body by compressing it', async () => {
      const bomb = gzipSync(JSON.stringify({ username: 'x'.repeat(1_000_000) }));
      const headers = { 'content-type': JSON_TYPE, 'content-encoding': 'gzip' };
      const { visitor, answer } = await post(path, headers, bomb);
      expect([413, 415]).toContain(answer.status);
      expect(await visitor.isSignedIn()).toBe(true);
    });
  });

  it('is not case-sensitive, and may carry a character set', async () => {
    const { username, password } = await host.people.person();
    for (const type of [
      'APPLICATION/JSON',
      'application/json; charset=utf-8',
      'application/json;charset=UTF-8',
    ]) {
      const { status } = await host.visitor().send('POST', '/login', {
        headers: { 'content-type': type },
        body: JSON.stringify({ username, password }),
      });
      expect(status).toBe(200);
    }
  });

  it('takes a body of nine kilobytes', async () => {
    const { status } = await host
      .visitor()
      .api('POST', '/login', { username: 'x'.repeat(9000), password: 'x' });
    expect([401, 422]).toContain(status);
  });

  it('is told in HTML to a browser', async () => {
    const { status, headers } = await host.visitor('form').send('POST', '/login', {
      headers: { accept: HTML, 'content-type': 'text/plain' },
      body: 'username=zoe',
    });
    expect(status).toBe(415);
    expect(headers['content-type']).toMatch(/^text\/html/);
  });
});
