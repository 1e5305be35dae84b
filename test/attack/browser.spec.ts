import { describe, expect, it } from 'vitest';
import { hosted } from '../support/hosted.js';
import { attributeOf, inputIn, textOf, withoutOwnScript } from '../support/page.js';
import { freshEmail, freshUsername, OTHER_PASSWORD, PASSWORD } from '../support/people.js';
import { FORM_TYPE, HTML, urlencoded, type Answer } from '../support/visitor.js';
import { raw } from './raw.js';

const change = { old_password: PASSWORD, new_password: OTHER_PASSWORD, confirm_new_password: OTHER_PASSWORD };

/** Names that are allowed, and that mean something in HTML, in a template or in a script. */
const hostile = [
  '"><script>alert(1)</script>',
  "'onfocus=alert(1)//",
  '"onmouseover="alert(1)',
  '</title><script>alert(1)</script>',
  '</strong><img/src=x/onerror=alert(1)>',
  '{{7*7}}',
  '{{{constructor}}}',
  '{{>layout}}',
  '${7*7}',
  '<!--',
  ']]>',
  '&lt;script&gt;',
  '`-alert(1)-`',
  'javascript:alert(1)',
];

describe('a page shown to somebody else', () => {
  const host = hosted();

  /** Every tag is one of ours, every attribute is quoted, no address is a script. */
  function expectClean({ body: html }: Answer): void {
    const body = withoutOwnScript(html);
    expect(body).not.toMatch(/<(script|img|svg|iframe|object|style|base)\b/i);
    for (const [tag] of body.matchAll(/<[a-z][^>]*>/gi)) {
      const bare = tag.replace(/="[^"]*"/g, '=""').replace(/^<[a-z0-9]+|>$/gi, '');
      expect(bare).toMatch(/^(\s+[a-z-]+(="")?)*\s*$/);
      expect(bare).not.toMatch(/\son\w+/i);
      for (const name of ['href', 'action', 'src']) {
        expect(attributeOf(tag, name) ?? '/').toMatch(/^(?:\/|#[a-z_]+$)/);
      }
    }
  }

  it.each(hostile)('T-21 stored XSS: the user name %j is text on every page', async (start) => {
    const username = `${start}${freshUsername()}`;
    const fields = { username, email: freshEmail(), password: PASSWORD, confirm_password: PASSWORD };
    expect((await host.visitor('form').register(fields)).status).toBe(303);
    const visitor = await host.people.signIn({ username, password: PASSWORD }, 'form');
    for (const path of ['/login', '/logout', '/change-password', '/register']) {
      const page = await visitor.page(path);
      expectClean(page);
      if (page.body.includes('class="user"')) expect(textOf(page.body)).toContain(`Signed in as ${username}`);
    }
    const taken = await host.visitor('form').register(fields);
    expect(taken.status).toBe(409);
    expectClean(taken);
    expect(inputIn(taken.body, 'username')).toBe(username);
    const wrong = await visitor.changePassword('not this one', OTHER_PASSWORD);
    expectClean(wrong);

    const admin = await host.people.signIn(await host.people.superUser());
    const list = await admin.get(`/users?q=${encodeURIComponent(username)}`);
    expect(list.json.users?.map((user) => user.username)).toEqual([username]);
    expect(list.headers['content-type']).toMatch(/^application\/json/);
    expect(list.headers['x-content-type-options']).toBe('nosniff');
  });

  it.each(hostile)('T-21 reflected XSS: %j in a field, the next page or the query is text', async (text) => {
    for (const answer of [
      await host.visitor('form').login({ username: text, password: 'x', next: text }),
      await host.visitor('form').login({ username: text, password: 'x', next: `/${text}` }),
      await host.visitor('form').register({ username: `${text} `, email: text, password: 'x', [text]: text }),
      await host.visitor('form').page(`/login?next=/${encodeURIComponent(text)}`),
      await host.visitor('form').page(`/login?${encodeURIComponent(text)}=${encodeURIComponent(text)}`),
    ]) {
      expectClean(answer);
      expect(answer.body).not.toContain('>49<');
    }
  });
});

describe('a form that another site fills in', () => {
  const host = hosted();

  it('T-14 CSRF: a token stays in its session, and ends with it', async () => {
    const person = await host.people.person();
    const visitor = await host.people.signIn(person, 'form');
    const { csrf_token: token } = await visitor.token('/change-password');
    const former = visitor.twin();
    expect((await visitor.changePassword(PASSWORD, OTHER_PASSWORD)).status).toBe(303);
    await visitor.login({ username: person.username, password: OTHER_PASSWORD });
    const again = { old_password: OTHER_PASSWORD, new_password: PASSWORD, confirm_new_password: PASSWORD };
    expect((await visitor.post('/change-password', { ...again, csrf_token: token })).status).toBe(403);
    expect([401, 403]).toContain(
      (await former.post('/change-password', { ...again, csrf_token: token })).status,
    );
    expect(await host.people.canLogIn(person.username, OTHER_PASSWORD)).toBe(true);
  });

  it('T-14 CSRF: the cookie alone, a header, or the query is no token', async () => {
    const person = await host.people.person();
    const visitor = await host.people.signIn(person, 'form');
    const { csrf_token: token } = await visitor.token('/change-password');
    const cookie = visitor.cookies.get('csrf') ?? '';
    expect(cookie).not.toBe('');
    for (const [path, fields, headers] of [
      ['/change-password', change, {}],
      ['/change-password', change, { 'x-csrf-token': String(token) }],
      ['/change-password', change, { 'csrf-token': String(token), 'x-xsrf-token': String(token) }],
      [`/change-password?csrf_token=${encodeURIComponent(String(token))}`, change, {}],
      ['/change-password', { ...change, _csrf: token }, {}],
      ['/change-password', { ...change, csrf_token: `${cookie}x` }, {}],
    ] as const) {
      expect((await visitor.post(path, fields, headers)).status).toBe(403);
    }
    expect(await host.people.canLogIn(person.username, PASSWORD)).toBe(true);
  });

  it('T-15 login CSRF: an attacker’s own token and cookie do not sign a victim in from elsewhere', async () => {
    const attacker = await host.people.person();
    const own = host.visitor('form');
    const token = await own.token('/login');
    const victim = host.visitor('form');
    for (const [name, value] of own.cookies.entries()) victim.cookies.put(name, value);
    for (const headers of [
      { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' },
      { origin: 'http://sub.127.0.0.1', 'sec-fetch-site': 'same-site' },
      { origin: 'null', 'sec-fetch-site': 'cross-site' },
    ]) {
      const answer = await victim.post(
        '/login',
        { username: attacker.username, password: PASSWORD, ...token },
        headers,
      );
      expect(answer.status).toBe(403);
    }
    expect(victim.cookies.get('id')).toBeUndefined();
    expect(await host.rows.sessionsOf(attacker.id)).toEqual([]);
  });

  it('T-17 origins: of two Origin or Sec-Fetch-Site headers none is picked', async () => {
    const { username } = await host.people.person();
    const body = JSON.stringify({ username, password: PASSWORD });
    for (const headers of [
      [`Origin: ${host.url}`, 'Origin: https://evil.example'],
      ['Origin: https://evil.example', `Origin: ${host.url}`],
      ['Sec-Fetch-Site: same-origin', 'Sec-Fetch-Site: cross-site'],
      ['Sec-Fetch-Site: cross-site', 'Sec-Fetch-Site: none'],
      [`Origin: ${host.url} https://evil.example`],
      ['Sec-Fetch-Site: SAME-ORIGIN'],
    ]) {
      const request = { method: 'POST', target: '/login', body };
      const answer = await raw(host.url, {
        ...request,
        headers: ['Content-Type: application/json', ...headers],
      });
      expect({ headers, status: answer.status }).toEqual({ headers, status: 403 });
    }
  });

  it('T-18 cookie tossing: a second session cookie mixes neither users nor tokens', async () => {
    const [mine, theirs] = [await host.people.person(), await host.people.person()];
    const attacker = await host.people.signIn(mine, 'form');
    const victim = await host.people.signIn(theirs, 'form');
    const { csrf_token: token } = await attacker.token('/change-password');
    const [a, v] = [attacker, victim].map(({ cookies }) => cookies.get('id'));
    const [csrf, own] = [attacker, victim].map(({ cookies }) => `csrf=${cookies.get('csrf')}`);
    await victim.page('/change-password');
    for (const cookie of [
      `id=${v}; id=${a}; ${csrf}`,
      `id=${v}; ${csrf}; ${own}`,
      `id=${v}; ${own}; ${csrf}`,
      `id=${v}; =${csrf}; ${own}`,
      `id=${v}; =id=${a}; ${csrf}`,
      `%69d=${a}; id=${v}; ${csrf}`,
      `id =x; id=${v}; ${csrf}`,
    ]) {
      const answer = await victim.send('POST', '/change-password', {
        headers: { accept: HTML, 'content-type': FORM_TYPE, origin: host.url, cookie },
        body: urlencoded({ ...change, csrf_token: token }),
      });
      expect([401, 403]).toContain(answer.status);
    }
    for (const { username } of [mine, theirs])
      expect(await host.people.canLogIn(username, PASSWORD)).toBe(true);
    const two = await raw(host.url, { target: '/session', headers: [`Cookie: id=${a}`, `Cookie: id=${v}`] });
    expect(JSON.parse(two.body)).toMatchObject({ user: { user_id: mine.id } });
  });
});

describe('cookies in production', () => {
  const host = hosted({ options: { production: true, throttle: {} } });

  it('T-48 cookie attributes: each of the three is bound to this host and hidden from scripts', async () => {
    const { username } = await host.people.person();
    const visitor = host.visitor('form');
    const page = await visitor.page('/login');
    const answer = await visitor.login({ username, password: PASSWORD });
    const cookies = [...page.setCookies, ...answer.setCookies];
    expect([...new Set(cookies.map(({ name }) => name))].sort()).toEqual([
      '__Host-csrf',
      '__Host-device',
      '__Host-id',
    ]);
    for (const { attributes } of cookies) {
      expect(attributes).toMatchObject({
        httponly: '',
        secure: '',
        path: '/',
        samesite: expect.stringMatching(/^lax$/i),
      });
      expect(attributes).not.toHaveProperty('domain');
    }
  });

  it('T-15 T-18 cookie tossing: cookies without the prefix, which a sibling site can set, are not read', async () => {
    const { username } = await host.people.person();
    const visitor = host.visitor('form');
    const { csrf_token: token } = await visitor.token('/login');
    const csrf = visitor.cookies.get('__Host-csrf') ?? '';
    for (const name of ['csrf', '__Secure-csrf', '__host-csrf', '__Host-CSRF', ' __Host-csrf2']) {
      const victim = host.visitor('form');
      victim.cookies.put(name, csrf);
      const answer = await victim.post('/login', { username, password: PASSWORD, csrf_token: token });
      expect({ name, status: answer.status }).toEqual({ name, status: 403 });
    }
  });
});

describe('pages of every refusal', () => {
  const host = hosted({
    options: {
      throttle: { account: { failures: 1, window: '1h', wait: '1m', maxWait: '1m' } },
      register: { readOnly: true },
    },
  });

  it('T-46 T-47 headers: none is kept, framed, sniffed or open to scripts', async () => {
    const person = await host.people.person();
    const { id, username } = await host.people.person();
    await host.rows.update('sso_user', { id }, { is_locked: true });
    const form = () => host.visitor('form');
    const post = (type: string, body: string) =>
      form().send('POST', '/login', { headers: { accept: HTML, 'content-type': type }, body });
    const pages: [status: number, answer: Answer][] = [
      [200, await form().page('/login')],
      [401, await form().login({ username: person.username, password: 'x' })],
      [429, await form().login({ username: person.username, password: 'x' })],
      [403, await form().login({ username, password: PASSWORD })],
      [403, await form().post('/login', { username, password: PASSWORD })],
      [
        405,
        await form().register({ username: freshUsername(), password: PASSWORD, confirm_password: PASSWORD }),
      ],
      [405, await form().send('PUT', '/login', { headers: { accept: HTML } })],
      [413, await post(FORM_TYPE, `username=${'x'.repeat(20_000)}`)],
      [415, await post('text/plain', 'username=zoe')],
      [422, await form().login({ username: '', password: '' })],
    ];
    for (const [status, { headers, status: found, body }] of pages) {
      expect({ status, found }).toEqual({ status, found: status });
      expect({ status, headers }).toEqual({
        status,
        headers: expect.objectContaining({
          'cache-control': 'no-store',
          vary: expect.stringContaining('Cookie'),
          'x-content-type-options': 'nosniff',
          'x-frame-options': 'DENY',
          'referrer-policy': 'same-origin',
        }),
      });
      const policy = String(headers['content-security-policy']);
      for (const part of [
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "object-src 'none'",
        "form-action 'self'",
      ])
        expect(policy).toContain(part);
      expect(policy).not.toMatch(/unsafe|\*|data:/);
      expect(withoutOwnScript(body)).not.toMatch(/<script|style=/);
    }
  });
});
