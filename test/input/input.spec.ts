import { describe, expect, it } from 'vitest';
import { databases } from '../support/databases.js';
import { expectNoSessionCookie } from '../support/expectations.js';
import { hosted } from '../support/hosted.js';
import { freshUsername, OTHER_PASSWORD, PASSWORD } from '../support/people.js';
import { JSON_TYPE, type Answer, type Fields } from '../support/visitor.js';

const wrong: [what: string, value: unknown][] = [
  ['an object', {}],
  ['an empty list', []],
  ['a list', ['zoe']],
  ['a list in a list', [['zoe']]],
  ['1', 1],
  ['0', 0],
  ['true', true],
  ['false', false],
  ['null', null],
  ['an operator', { $ne: null }],
  ['an object with toString', { toString: 1 }],
  ['an object that looks like text', { length: 3, 0: 'z', 1: 'o', 2: 'e' }],
];

/** Every route that takes fields, with fields that would do. */
const routes: [method: string, path: string, fields: Fields, optional?: Fields][] = [
  [
    'POST',
    '/login',
    { username: 'zoe', password: PASSWORD },
    { new_password: OTHER_PASSWORD, next: '/private' },
  ],
  [
    'POST',
    '/register',
    { username: 'zoe', password: PASSWORD, confirm_password: PASSWORD },
    { email: 'z@example.org' },
  ],
  [
    'POST',
    '/change-password',
    { old_password: PASSWORD, new_password: OTHER_PASSWORD, confirm_new_password: OTHER_PASSWORD },
  ],
  [
    'POST',
    '/users',
    { username: 'zoe' },
    {
      email: 'z@example.org',
      password: PASSWORD,
      display_name: 'Z',
      is_super_user: false,
      auto_approve: true,
    },
  ],
  [
    'POST',
    '/users/:id/password',
    { new_password: OTHER_PASSWORD },
    { must_change: true, password_expiry: 3 },
  ],
  [
    'PATCH',
    '/users/:id',
    {},
    { username: 'zoe2', is_active: true, must_change: true, password_expires_at: null },
  ],
];

/** Values that are right for some fields. */
const nullable = new Set(['email', 'display_name', 'password_expires_at', 'password_expiry']);
const flags = new Set(['is_super_user', 'auto_approve', 'must_change', 'is_active']);

function isRight(field: string, value: unknown): boolean {
  if (value === null) return nullable.has(field);
  if (typeof value === 'boolean') return flags.has(field);
  return value === 1 && field === 'password_expiry';
}

describe.each(databases)('input of the wrong kind on $name', (database) => {
  const host = hosted({ database });

  /** A super-user, because a session opens every route, and who must be the same afterwards. */
  async function scene(path: string) {
    const visitor = await host.people.signIn(await host.people.superUser());
    const target = await host.people.person();
    return { visitor, address: path.replace(':id', target.id) };
  }

  describe.each(routes)('%s %s', (method, path, required, optional = {}) => {
    const fields = { ...required, ...optional };

    it('refuses every field of a wrong type in JSON', async () => {
      const { visitor, address } = await scene(path);
      const before = await host.rows.all('sso_user');
      for (const field of Object.keys(fields)) {
        for (const [what, value] of wrong.filter(([, candidate]) => !isRight(field, candidate))) {
          const answer = await visitor.api(method, address, { ...fields, [field]: value });
          expect({ field, what, status: answer.status, code: answer.json.code }).toEqual({
            field,
            what,
            status: 422,
            code: 'invalid_field',
          });
          expect(answer.json.errors?.map((error) => error.field)).toEqual([field]);
        }
      }
      expect(await host.rows.all('sso_user')).toEqual(before);
      expect(await visitor.isSignedIn()).toBe(true);
    });

    it.each([
      ['a list', '[]'],
      ['a list of one', '[{}]'],
      ['null', 'null'],
      ['a string', '"zoe"'],
      ['a number', '1'],
      ['nothing at all', ''],
      ['broken JSON', '{"username": "zoe'],
      ['text', 'username=zoe'],
      ['a deep list', '['.repeat(4000) + ']'.repeat(4000)],
      ['a deep object', '{"username":'.repeat(600) + '1' + '}'.repeat(600)],
      ['JSON with a byte order mark', '\ufeff{}'],
    ])('refuses %s as a body', async (what, body) => {
      const { visitor, address } = await scene(path);
      const before = await host.rows.all('sso_user');
      const answer = await visitor.send(method, address, {
        headers: { accept: JSON_TYPE, 'content-type': JSON_TYPE },
        body,
      });
      if (path === '/users/:id' && (what === 'nothing at all' || what.includes('byte order'))) {
        expect(answer.status).toBeLessThan(500);
      } else {
        expect([400, 422]).toContain(answer.status);
        expect(answer.json.code).toMatch(/^(malformed_body|invalid_field|missing_fields)$/);
      }
      expect(answer.body).not.toMatch(/token|position|unexpected|expected|JSON\b|at \d/i);
      expect(await host.rows.all('sso_user')).toEqual(before);
    });

    it('refuses fields it does not know, and harmful names harm nobody', async () => {
      const { visitor, address } = await scene(path);
      const before = await host.rows.all('sso_user');
      const good = JSON.stringify(fields).slice(1, -1);
      for (const extra of [
        '"unknown":1',
        '"__proto__":{"polluted":"yes"}',
        '"constructor":{"prototype":{"polluted":"yes"}}',
        '"toString":"x"',
        '"hasOwnProperty":"x"',
        '"then":"x"',
        '"":"x"',
        '"layout":"../package.json"',
        '"settings":{"views":"/"}',
        '"_locals":{}',
        '"USERNAME":"zoe"',
      ]) {
        const answer = await visitor.send(method, address, {
          headers: { accept: JSON_TYPE, 'content-type': JSON_TYPE },
          body: `{${[good, extra].filter(Boolean).join(',')}}`,
        });
        expect({ extra, status: answer.status, code: answer.json.code }).toEqual({
          extra,
          status: 422,
          code: 'invalid_field',
        });
        expect(({} as Record<string, unknown>).polluted).toBeUndefined();
      }
      expect(await host.rows.all('sso_user')).toEqual(before);
    });
  });

  it('takes the last of a key that is written twice, never both', async () => {
    const { username } = await host.people.person();
    const answer = await host.visitor().send('POST', '/login', {
      headers: { 'content-type': JSON_TYPE },
      body: `{"username":"nobody","username":"${username}","password":"${PASSWORD}","password":"not this one"}`,
    });
    expect(answer.status).toBe(401);
    expectNoSessionCookie(answer);
  });

  it('matches nobody by a list that holds a user name', async () => {
    const { username } = await host.people.person();
    for (const fields of [
      { username: [username], password: PASSWORD },
      { username, password: [PASSWORD] },
      { username: { username }, password: PASSWORD },
    ]) {
      const answer = await host.visitor().api('POST', '/login', fields);
      expect(answer.status).toBe(422);
      expectNoSessionCookie(answer);
    }
  });

  it.each([
    ['a NUL', '\0'],
    ['a lone surrogate', '\ud800'],
    ['a right-to-left override', '\u202e'],
    ['SQL', `'; DROP TABLE sso_user; --`],
    ['a template', '{{constructor.constructor("return 1")()}}'],
    ['a line break', '\r\nSet-Cookie: id=1'],
    ['an emoji', '🦊'],
  ])('survives %s in every field', async (_, text) => {
    const answers: Answer[] = [];
    for (const [method, path, required, optional] of routes) {
      const { visitor, address } = await scene(path);
      const good = { ...required, ...optional };
      for (const [field, value] of Object.entries(good)) {
        if (typeof value !== 'string') continue;
        answers.push(
          await visitor.api(method, address, { ...good, username: freshUsername(), [field]: value + text }),
        );
      }
    }
    for (const { status } of answers) expect(status).toBeLessThan(500);
    expect(await host.rows.count('sso_user')).toBeGreaterThan(0);
  });
});
