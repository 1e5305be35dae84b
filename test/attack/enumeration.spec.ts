import bcrypt from 'bcrypt';
import { describe, expect, it } from 'vitest';
import { BcryptSha256Hasher } from '../../src/password/bcrypt-sha256.hasher.js';
import { foreignHashes } from '../support/foreign-hashes.js';
import { hosted } from '../support/hosted.js';
import { freshUsername, OTHER_PASSWORD, PASSWORD } from '../support/people.js';
import type { Row } from '../support/rows.js';
import { clients, type Answer } from '../support/visitor.js';
import { counted } from './hasher-work.js';

const ROUNDS = 6;
const WRONG = 'nobody has this one';
const YESTERDAY = Date.now() - 86_400_000;

/** What an account, or the lack of one, may look like. */
const states: [state: string, columns: Row | null][] = [
  ['unknown', null],
  ['open', {}],
  ['locked', { is_locked: true, locked_at: YESTERDAY }],
  ['inactive', { is_active: false }],
  ['not approved yet', { approval_status: 'before_decision' }],
  ['rejected', { approval_status: 'rejected' }],
  ['not confirmed', { sign_up_status: 'before_confirmation' }],
  ['with an expired password', { password_expires_at: YESTERDAY }],
  ['that must change', { password_must_change: true }],
  ['with an unused temporary password', { password_must_change: true, password_expires_at: YESTERDAY }],
  ['without a password', { password_hash: null }],
  ['with an empty hash', { password_hash: '' }],
  ['with an unusable hash', { password_hash: '!' }],
  ['with a hash of null, as text', { password_hash: 'null' }],
  ['with a malformed hash', { password_hash: '$2b$10$short' }],
  ['with a hash cut short', { password_hash: '$bcrypt-sha256$v=2,t=2b,r=4$......................$.....' }],
  ['with a hash of an impossible cost', { password_hash: `$2b$99$${'.'.repeat(53)}` }],
  ['with a hash of an unknown kind', { password_hash: '$argon2id$v=19$m=65536,t=2,p=1$c2FsdA$aGFzaA' }],
  ['with a hash of an older, lower cost', { password_hash: await new BcryptSha256Hasher(4).hash('x') }],
  ['with plain bcrypt of a lower cost', { password_hash: bcrypt.hashSync('x', 4) }],
  ['with plain bcrypt of the same cost', { password_hash: bcrypt.hashSync('x', ROUNDS) }],
  ['with plain bcrypt of the year 2011', { password_hash: bcrypt.hashSync('x', 5).replace('$2b$', '$2a$') }],
];

/** Of the hashes of other systems the work is no sum of rounds: that it takes as long is seen in test/login. */
const imported: [state: string, columns: Row][] = await Promise.all(
  foreignHashes.map(async ({ name, make }): Promise<[string, Row]> => [
    `with a hash of ${name}`,
    { password_hash: await make('x') },
  ]),
);

const passwords: [kind: string, password: string][] = [
  ['wrong', WRONG],
  ['over-long by one', 'x'.repeat(257)],
  ['of 73 bytes', 'x'.repeat(73)],
  ['of eight kilobytes', 'x'.repeat(8000)],
  ['with a NUL', `${PASSWORD}\0`],
  ['with a lone surrogate', '\ud800 quiet harbour'],
  ['empty but for spaces', '   '],
];

/** All that a stranger can see, with what differs by chance taken out. */
function seen({ status, headers, body }: Answer, username: string): object {
  // The ETag is a digest of the body, nonces included.
  const { date: _, etag: __, 'set-cookie': cookies = [], ...rest } = headers;
  const bare = (text: string) =>
    text
      .replaceAll(username, '{name}')
      .replace(/[0-9a-f]{64}\.[0-9a-f]{64,}/g, '{csrf}')
      .replace(/csrf=[^;]+/g, 'csrf={csrf}');
  return { status, headers: rest, cookies: cookies.map(bare), body: bare(body) };
}

describe.each(clients)('a login that fails, by %s,', (client) => {
  const host = hosted({ options: { password: { bcryptRounds: ROUNDS } } });

  /** A login that fails changes nothing of an account: one of each kind is enough. */
  const accounts = new Map<Row, Promise<string>>();

  async function known(columns: Row | null): Promise<string> {
    if (columns === null) return account(null);
    const made = accounts.get(columns) ?? account(columns);
    accounts.set(columns, made);
    return made;
  }

  async function account(columns: Row | null): Promise<string> {
    if (columns === null) return freshUsername().padEnd(18, '-');
    const { id, username } = await host.people.person({ username: freshUsername().padEnd(18, '-') });
    if (Object.keys(columns).length > 0) await host.rows.update('sso_user', { id }, columns);
    return username;
  }

  async function attempt(username: string, fields: object) {
    const visitor = host.visitor(client);
    const token = client === 'form' ? await visitor.token('/login') : {};
    const sent = { username, ...fields, ...token };
    return counted(() =>
      client === 'form' ? visitor.post('/login', sent) : visitor.api('POST', '/login', sent),
    );
  }

  it.each(passwords)(
    'T-02 T-03 T-04 T-05 enumeration: answers alike and works alike for every account, password %s',
    async (_, password) => {
      // A form sends no lone surrogate: its bytes are U+FFFD, a wrong password like any other.
      const answers = new Map<string, object>();
      for (const [state, columns] of states) {
        const username = await known(columns);
        const { result, verifications, hashes, rounds } = await attempt(username, { password });
        expect({ state, verifications, hashes, rounds }).toEqual({
          state,
          verifications: 1,
          hashes: 0,
          rounds: 2 ** ROUNDS,
        });
        answers.set(state, seen(result, username));
      }
      for (const [state, columns] of imported) {
        const username = await known(columns);
        const { result, verifications, hashes, rounds } = await attempt(username, { password });
        expect({ state, verifications, hashes }).toEqual({ state, verifications: 1, hashes: 0 });
        expect(rounds, state).toBeLessThanOrEqual(2 ** ROUNDS);
        answers.set(state, seen(result, username));
      }
      const expected = answers.get('unknown');
      expect(expected).toMatchObject({ status: 401 });
      for (const [state, answer] of answers) expect({ state, answer }).toEqual({ state, answer: expected });
    },
  );

  it('T-02 enumeration: an empty or missing password is refused before any account is looked for', async () => {
    for (const fields of [{ password: '' }, {}]) {
      const answers = new Set<string>();
      for (const [, columns] of states) {
        const username = await known(columns);
        const { result, verifications, rounds } = await attempt(username, fields);
        expect({ verifications, rounds }).toEqual({ verifications: 0, rounds: 0 });
        answers.add(JSON.stringify(seen(result, username)));
      }
      expect(answers.size).toBe(1);
      expect([...answers][0]).toContain('"status":422');
    }
  });

  it('T-02 enumeration: a new password is not looked at before the present one is right', async () => {
    for (const new_password of [OTHER_PASSWORD, 'x', 'password']) {
      const answers = new Set<string>();
      for (const [, columns] of states) {
        const username = await known(columns);
        const { result, hashes, rounds } = await attempt(username, { password: WRONG, new_password });
        expect({ hashes, rounds }).toEqual({ hashes: 0, rounds: 2 ** ROUNDS });
        answers.add(JSON.stringify(seen(result, username)));
      }
      expect(answers.size).toBe(1);
    }
  });

  it('T-03 enumeration by time: a name that no account can have costs one verification as well', async () => {
    for (const username of [
      'zoe\0',
      'z'.repeat(400),
      'a b',
      '\u200b',
      '\u202e',
      '😀'.repeat(129),
      "' OR 1=1 --",
    ]) {
      const { result, verifications, rounds } = await attempt(username, { password: WRONG });
      expect({ status: result.status, verifications, rounds }).toEqual({
        status: 401,
        verifications: 1,
        rounds: 2 ** ROUNDS,
      });
    }
  });

  it('T-02 T-03 states: a right password costs one verification too, and only then says why not', async () => {
    for (const [code, columns] of [
      ['account_locked', { is_locked: true }],
      ['account_inactive', { is_active: false }],
      ['account_inactive', { sign_up_status: 'before_confirmation' }],
      ['account_not_approved', { approval_status: 'rejected' }],
      ['password_expired', { password_must_change: true, password_expires_at: YESTERDAY }],
    ] as [string, Row][]) {
      const username = await account(columns);
      const { result, verifications, hashes } = await attempt(username, { password: PASSWORD });
      expect({ code, status: result.status, verifications, hashes }).toEqual({
        code,
        status: 403,
        verifications: 1,
        hashes: 0,
      });
      if (client === 'json') expect(result.json.code).toBe(code);
    }
  });

  it('T-04 over-long passwords: bcrypt sees a digest of the longest, and nothing of what is longer', async () => {
    const username = await account({});
    for (const password of ['x'.repeat(256), '漢'.repeat(256), PASSWORD]) {
      const { inputs } = await attempt(username, { password });
      expect(inputs).toHaveLength(1);
      expect(Buffer.byteLength(String(inputs[0]))).toBe(44);
    }
    const forNobody = await attempt(await account(null), { password: WRONG });
    for (const password of ['x'.repeat(9000), 'x'.repeat(257)]) {
      const { inputs } = await attempt(username, { password });
      expect(inputs).toEqual(forNobody.inputs);
    }
  });
});

describe('a login that fails, with throttling,', () => {
  const host = hosted({
    options: { throttle: { account: { failures: 3, window: '1h', wait: '1m', maxWait: '1m' } } },
  });

  it('T-02 enumeration: a wait tells nothing of the account, and costs nobody a hash', async () => {
    const { id, username: locked } = await host.people.person();
    await host.rows.update('sso_user', { id }, { is_locked: true });
    const { username: open } = await host.people.person();
    const courses = new Set<string>();
    for (const username of [freshUsername(), open, locked]) {
      const course: object[] = [];
      for (let round = 0; round < 5; round += 1) {
        const { result, verifications } = await counted(() =>
          host.visitor().login({ username, password: WRONG }),
        );
        const { 'retry-after': _, ...headers } = result.headers;
        course.push({ verifications, seen: seen({ ...result, headers }, username) });
      }
      courses.add(JSON.stringify(course));
    }
    expect(courses.size).toBe(1);
    expect([...courses][0]).toContain('"status":429');
  });
});
