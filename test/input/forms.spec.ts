import { describe, expect, it } from 'vitest';
import { expectNoSessionCookie } from '../support/expectations.js';
import { hosted } from '../support/hosted.js';
import { inputIn, withoutOwnScript } from '../support/page.js';
import { OTHER_PASSWORD, PASSWORD } from '../support/people.js';
import { FORM_TYPE, HTML, urlencoded, type Fields } from '../support/visitor.js';

const pages: [path: string, fields: Fields][] = [
  ['/login', { username: 'zoe', password: PASSWORD }],
  ['/register', { username: 'zoe', email: 'z@example.org', password: PASSWORD, confirm_password: PASSWORD }],
  [
    '/change-password',
    { old_password: PASSWORD, new_password: OTHER_PASSWORD, confirm_new_password: OTHER_PASSWORD },
  ],
];

// They are refused before the database is asked.
describe('form posts of the wrong kind', () => {
  const host = hosted();

  async function opened(path: string) {
    const visitor = await host.people.signIn(await host.people.person(), 'form');
    const { csrf_token: token } = await visitor.token(path);
    const send = (body: string) =>
      visitor.send('POST', path, {
        headers: { accept: HTML, 'content-type': FORM_TYPE, origin: host.url },
        body: `csrf_token=${encodeURIComponent(String(token))}&${body}`,
      });
    return { visitor, send };
  }

  it.each(pages)('%s refuses nested, listed and doubled fields', async (path, fields) => {
    const { visitor, send } = await opened(path);
    const before = await host.rows.all('sso_user');
    for (const field of Object.keys(fields)) {
      const others = urlencoded(
        Object.fromEntries(Object.entries(fields).filter(([name]) => name !== field)),
      );
      for (const spoilt of [
        `${field}[a]=1`,
        `${field}[]=zoe`,
        `${field}[$ne]=`,
        `${field}[0]=zoe`,
        `${field}=a&${field}=b`,
        `${field}[toString]=1`,
        `${field}[__proto__][polluted]=yes`,
        `${field}[constructor][prototype][polluted]=yes`,
        `${field}[a][b][c][d][e][f][g][h][i][j]=1`,
      ]) {
        const answer = await send(`${others}&${spoilt}`);
        expect({ spoilt, status: answer.status }).toEqual({ spoilt, status: 422 });
        expect(answer.message).toMatch(/\w/);
        expect(({} as Record<string, unknown>).polluted).toBeUndefined();
      }
    }
    expect(await host.rows.all('sso_user')).toEqual(before);
    expect(await visitor.isSignedIn()).toBe(true);
  });

  it.each(pages)('%s refuses fields it does not know', async (path, fields) => {
    const { send } = await opened(path);
    for (const extra of [
      'unknown=1',
      'constructor=1',
      'layout=..%2Fpackage.json',
      'is_super_user=1',
      '_locals=1',
    ]) {
      const { status, body } = await send(`${urlencoded(fields)}&${extra}`);
      expect({ extra, status }).toEqual({ extra, status: 422 });
      expect(body).not.toContain('"dependencies"');
    }
    // The parser of the host drops this name, so the rest is taken.
    expect((await send(`${urlencoded(fields)}&__proto__=1`)).status).toBeLessThan(500);
    expect(({} as Record<string, unknown>)['1']).toBeUndefined();
  });

  it.each(pages)('%s survives what is no proper encoding', async (path, fields) => {
    const { send } = await opened(path);
    const [first = ''] = Object.keys(fields);
    for (const body of [
      `${first}=%E0%A4%A`,
      `${first}=%`,
      `${first}=%00`,
      `${first}=%ED%A0%80`,
      `${first}=%FF%FE`,
      '&&&===&',
      '=',
      '%5B%5D=1',
      `${first}`,
      Array.from({ length: 1100 }, () => 'a=1').join('&'),
    ]) {
      const { status } = await send(body);
      expect([401, 413, 400, 422]).toContain(status);
    }
  });

  it.each(pages)('%s refuses a token that is doubled or nested, without a trace', async (path, fields) => {
    const visitor = await host.people.signIn(await host.people.person(), 'form');
    const { csrf_token: token } = await visitor.token(path);
    const before = await host.rows.all('sso_user');
    for (const spoilt of [
      { csrf_token: [token, token] },
      { 'csrf_token[a]': token },
      { 'csrf_token[]': token },
    ]) {
      const { status } = await visitor.post(path, { ...fields, ...spoilt });
      expect([403, 422]).toContain(status);
    }
    expect(await host.rows.all('sso_user')).toEqual(before);
  });

  it('says nothing on a page that was not said in the form', async () => {
    const username = `"><script>alert(1)</script>' onfocus=alert(1) {{7*7}} </title>`;
    const visitor = host.visitor('form');
    const answer = await visitor.login({ username, password: PASSWORD });
    expect(withoutOwnScript(answer.body)).not.toContain('<script');
    expect(inputIn(answer.body, 'username')).toBe(username);
    expectNoSessionCookie(answer);
  });

  it('a page is made of its own fields, not of the query', async () => {
    for (const query of [
      'layout=../package.json',
      'layout=false',
      'settings[views]=/',
      '_locals=x',
      'title=%3Cb%3E',
    ]) {
      const plain = await host.visitor('form').page('/login');
      const { status, body } = await host.visitor('form').page(`/login?${query}`);
      expect(status).toBe(200);
      const bare = (html: string) => html.replace(/value="[^"]*"/g, '');
      expect(bare(body)).toBe(bare(plain.body));
    }
  });
});
