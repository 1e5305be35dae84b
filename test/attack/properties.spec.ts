import type { IncomingMessage } from 'node:http';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sameOriginPath } from '../../src/http/next.js';
import { OwnCookie } from '../../src/http/own-cookie.js';
import { canonicalKey, isUsername } from '../../src/user/username.js';
import { hosted } from '../support/hosted.js';
import { PASSWORD } from '../support/people.js';
import { FORM_TYPE, HTML, JSON_TYPE } from '../support/visitor.js';

/** Any text a client can send, with what is dangerous more often than by chance. */
const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme' }),
  fc.constantFrom(
    '',
    '\0',
    '\ud800',
    '__proto__',
    'constructor',
    'toString',
    '[]',
    '[a]',
    '%00',
    '\u202e',
    "'",
  ),
);
/** What a client can send of a text: a lone surrogate has no UTF-8. */
const wellFormed = (raw: string): string => Buffer.from(raw).toString();

const anything = fc.anything({
  key: text,
  values: [text, fc.double(), fc.boolean(), fc.constant(null)],
  maxDepth: 3,
});
const fieldName = fc.oneof(
  fc.constantFrom(
    'username',
    'password',
    'new_password',
    'next',
    'old_password',
    'confirm_password',
    'csrf_token',
  ),
  text,
);

describe('properties of the input', () => {
  const host = hosted();
  const paths = fc.constantFrom(
    '/login',
    '/register',
    '/change-password',
    '/logout',
    '/users',
    '/sessions/revoke-others',
  );

  it('T-22 no body of JSON is a 500, or anybody’s login', async () => {
    const person = await host.people.person({ username: 'nobody.guesses.this' });
    const bodies = fc.oneof(
      fc.dictionary(fieldName, anything).map((fields) => JSON.stringify(fields)),
      fc
        .dictionary(fieldName, text)
        .map((fields) => JSON.stringify({ username: person.username, ...fields })),
      anything.map((value) => JSON.stringify(value) ?? ''),
      text,
      fc.json().chain((json) => fc.nat(json.length).map((end) => json.slice(0, end))),
    );
    await fc.assert(
      fc.asyncProperty(paths, bodies, async (path, body) => {
        const answer = await host.visitor().send('POST', path, {
          headers: { 'content-type': JSON_TYPE, accept: JSON_TYPE },
          body,
        });
        expect([201, 400, 401, 413, 415, 422]).toContain(answer.status);
        // A registration that makes sense may happen; a session never does.
        if (answer.status === 201) expect(path).toBe('/register');
        expect(answer.setCookies.filter(({ name }) => name === 'id')).toEqual([]);
        expect(({} as Record<string, unknown>).a).toBeUndefined();
      }),
      { numRuns: 300 },
    );
    expect(await host.rows.count('sso_session')).toBe(0);
  });

  it('T-22 no form is a 500, or anybody’s login', async () => {
    await host.people.person({ username: 'nobody.guesses.that' });
    const visitor = host.visitor('form');
    const token = encodeURIComponent(String((await visitor.token('/login')).csrf_token));
    const part = fc.oneof(
      fc.tuple(fieldName, text).map(([name, value]) => {
        const safe = (raw: string) => encodeURIComponent(wellFormed(raw));
        return `${safe(name)}=${safe(value)}`;
      }),
      fc
        .tuple(fieldName, fc.constantFrom('[a]', '[]', '[$ne]', '[__proto__]', '[0]', '[a][b]'), text)
        .map(
          ([name, path, value]) =>
            `${encodeURIComponent(wellFormed(name))}${path}=${encodeURIComponent(wellFormed(value))}`,
        ),
      fc.string({ unit: 'binary-ascii' }),
    );
    await fc.assert(
      fc.asyncProperty(paths, fc.array(part, { maxLength: 8 }), async (path, parts) => {
        const answer = await visitor.send('POST', path, {
          headers: { 'content-type': FORM_TYPE, accept: HTML, origin: host.url },
          body: [`csrf_token=${token}`, ...parts].join('&'),
        });
        expect(answer.status).toBeLessThan(500);
        expect([200, 201, 303].includes(answer.status) && path !== '/register').toBe(false);
        expect(answer.setCookies.filter(({ name }) => name === 'id')).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });

  it('T-22 no body on a route of a super-user is a 500 or changes who he is', async () => {
    const boss = await host.people.superUser();
    const admin = await host.people.signIn(boss);
    const target = await host.people.person();
    const names = fc.oneof(
      fc.constantFrom(
        'username',
        'email',
        'display_name',
        'is_active',
        'must_change',
        'password_expires_at',
        'password_expiry',
        'new_password',
        'auto_approve',
      ),
      text,
    );
    const routes = fc.constantFrom(
      ['PATCH', `/users/${target.id}`],
      ['POST', `/users/${target.id}/password`],
      ['POST', '/users'],
    );
    await fc.assert(
      fc.asyncProperty(routes, fc.dictionary(names, anything), async ([method = '', path = ''], fields) => {
        const answer = await admin.api(method, path, fields);
        expect([200, 201, 400, 409, 422]).toContain(answer.status);
      }),
      { numRuns: 200 },
    );
    expect(await host.rows.user(boss.id)).toMatchObject({
      is_super_user: 1,
      is_active: 1,
      username: boss.username,
    });
    expect(await host.rows.user(target.id)).toMatchObject({ id: target.id, is_super_user: 0 });
  });

  it('T-22 no query of a list is a 500', async () => {
    const admin = await host.people.signIn(await host.people.superUser());
    const names = fc.oneof(
      fc.constantFrom('q', 'page', 'page_size', 'locked', 'sign_up_status', 'approval_status'),
      text,
    );
    await fc.assert(
      fc.asyncProperty(fc.dictionary(names, text), async (fields) => {
        const query = Object.entries(fields)
          .map((pair) => pair.map((part) => encodeURIComponent(wellFormed(part))).join('='))
          .join('&');
        expect([200, 422]).toContain((await admin.get(`/users?${query}`)).status);
      }),
      { numRuns: 150 },
    );
  });

  it('T-20 wherever a login leads, it is the own origin', async () => {
    const person = await host.people.person();
    const piece = fc.constantFrom(
      '/',
      '//',
      '\\',
      'evil.example',
      'http:',
      'https:',
      'javascript:',
      'data:',
      '@',
      ':',
      '?',
      '#',
      '.',
      '..',
      '%2f',
      '%5c',
      '%09',
      '%00',
      '\t',
      '\n',
      '\r',
      ' ',
      '\u2028',
      '\u3002',
      '\uff0f',
      '\u00a0',
      '[',
      ']',
      '127.0.0.1',
      'private',
      'login',
      'logout',
      host.url,
      new URL(host.url).host,
      '\ufeff',
      ';',
      '\ud800',
    );
    const next = fc.oneof(
      fc.array(piece, { maxLength: 8 }).map((parts) => parts.join('')),
      fc.webUrl(),
      text,
    );
    const visitor = host.visitor();
    await fc.assert(
      fc.asyncProperty(next, async (wish) => {
        const fields = { username: person.username, password: PASSWORD, next: wish };
        const { status, location, json } = await visitor.login(fields);
        expect(status).toBe(200);
        expect(json.redirect_to).toMatch(/^\/(?![/\\])[!-~]*$/);
        for (const base of [host.url, `${host.url}/login`, `${host.url}/a/b/`]) {
          expect(new URL(location ?? '', base).origin).toBe(host.url);
        }
        expect(new URL(location ?? '', host.url).pathname).not.toMatch(/^\/(login|logout)\/?$/i);
      }),
      { numRuns: 150 },
    );
  });
});

describe('properties of the parts', () => {
  const own = new Set(['https://app.example', 'http://localhost:3000']);

  it('T-20 sameOriginPath: what it gives resolves to any own origin, and to itself', () => {
    const piece = fc.constantFrom(
      '/',
      '\\',
      '//',
      'evil.example',
      'https:',
      'https://',
      'https://app.example',
      '@',
      ':',
      '.',
      '..',
      '%2e',
      '\t',
      '\n',
      ' ',
      '?',
      '#',
      '%2f',
      '%5c',
      'own.invalid',
      'http://own.invalid',
      '\u0000',
      '\u3002',
      'a',
      '[::1]',
    );
    const next = fc.oneof(
      fc.array(piece, { maxLength: 10 }).map((parts) => parts.join('')),
      fc.webUrl(),
      text,
    );
    fc.assert(
      fc.property(next, (wish) => {
        const path = sameOriginPath(wish, own, ['/login']);
        if (path === null) return;
        for (const origin of own) {
          const url = new URL(path, `${origin}/login`);
          expect(url.origin).toBe(origin);
          expect(url.username + url.password).toBe('');
        }
        expect(path).toMatch(/^\/(?![/\\])/);
        expect(sameOriginPath(path, own, ['/login'])).toBe(path);
      }),
      { numRuns: 5000 },
    );
  });

  it('T-20 sameOriginPath: what is no text leads nowhere', () => {
    fc.assert(
      fc.property(fc.anything(), (wish) => {
        if (typeof wish !== 'string') expect(sameOriginPath(wish, own)).toBeNull();
      }),
    );
    for (const wish of [undefined, null, ['/'], { toString: () => '/' }]) {
      expect(sameOriginPath(wish, own)).toBeNull();
    }
  });

  it('T-09 user names: the key of a key is the key, and every form of a name has the same one', () => {
    fc.assert(
      fc.property(fc.oneof(text, fc.string({ unit: 'grapheme-composite' })), (name) => {
        const key = canonicalKey(name);
        expect(canonicalKey(key)).toBe(key);
        for (const form of ['NFC', 'NFD', 'NFKC', 'NFKD'] as const) {
          expect(canonicalKey(name.normalize(form))).toBe(key);
        }
      }),
      { numRuns: 5000 },
    );
  });

  it('T-09 user names: two of one key look alike, and none has a part that nobody sees', () => {
    const character = fc.integer({ min: 1, max: 0x10ffff }).map((point) => String.fromCodePoint(point));
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(character, fc.constantFrom('a', 'B', '\u00ad', '\u200b', '\ufe0f', '\u3164', '\u034f')),
          { minLength: 1, maxLength: 5 },
        ),
        (parts) => {
          const name = parts.join('');
          if (!isUsername(name)) return;
          expect(name).not.toMatch(/[\s\p{C}\p{Z}\p{Default_Ignorable_Code_Point}]/u);
          const key = canonicalKey(name);
          expect(key).not.toMatch(/[\s\p{C}\p{Z}]/u);
          expect(key).not.toBe('');
          // What has another key is another text in NFKC and in either case.
          expect(key).toBe(name.normalize('NFKC').toLowerCase().normalize('NFKC'));
          expect(isUsername(key)).toBe(true);
        },
      ),
      { numRuns: 5000 },
    );
  });

  it('T-18 the cookie reader: gives back what it wrote, and the first of several', async () => {
    const reader = new OwnCookie('id', false);
    const read = (cookie: string) => reader.read({ headers: { cookie } } as IncomingMessage);
    const written: string[] = [];
    const response = { appendHeader: (_: string, line: string) => written.push(line) };
    const other = fc.oneof(
      fc
        .tuple(fc.constantFrom('ID', 'Id', ' id2', '=id', 'xid', 'id[]', '%69d', '__proto__', ''), text)
        .map((pair) => pair.join('=')),
      fc.string({ unit: 'binary-ascii' }).filter((junk) => !/(^|;)\s*id\s*=?/i.test(junk)),
    );
    fc.assert(
      fc.property(text, fc.array(other), (value, others) => {
        const safe = wellFormed(value);
        reader.write(response as never, safe);
        const [pair = ''] = written.pop()?.split(';') ?? [];
        expect(pair).toMatch(/^id=[!-~]*$/);
        expect(read(pair)).toBe(safe || undefined);
        const clean = others.filter((junk) => !junk.includes(';'));
        if (safe !== '') expect(read([...clean, pair, 'id=second'].join('; '))).toBe(safe);
      }),
      { numRuns: 5000 },
    );
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (header) => {
        const found = read(header);
        expect(found === undefined || typeof found === 'string').toBe(true);
      }),
      { numRuns: 5000 },
    );
  });
});
