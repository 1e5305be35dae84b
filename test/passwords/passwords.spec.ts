import { hash } from 'bcrypt';
import { describe, expect, it } from 'vitest';
import { databases } from '../support/databases.js';
import { expectDone, expectRefused } from '../support/expectations.js';
import { foreignHashes } from '../support/foreign-hashes.js';
import { hosted } from '../support/hosted.js';
import { OTHER_PASSWORD, PASSWORD } from '../support/people.js';
import { clients } from '../support/visitor.js';
import { doorsOf } from './doors.js';

const doorNames = [
  ...clients.flatMap((client) => [
    `POST /register by ${client}`,
    `POST /change-password by ${client}`,
    `POST /login with new_password by ${client}`,
  ]),
  'POST /users',
  'POST /users/:id/password',
  'SsoUserService.createUser',
  'SsoUserService.signUp',
  'SsoUserService.changePassword',
];

/** Each differs from its neighbour in the last character only. */
const neighbours: [what: string, password: string, neighbour: string][] = [
  ['of 73 bytes', `${'ab cd ef '.repeat(8)}X`, `${'ab cd ef '.repeat(8)}Y`],
  ['of 64 é', 'é'.repeat(64), `${'é'.repeat(63)}è`],
  ['of 25 CJK characters', `${'春夏秋冬'.repeat(6)}山`, `${'春夏秋冬'.repeat(6)}川`],
  ['of 256 emoji', '🦊'.repeat(256), `${'🦊'.repeat(255)}🦝`],
  ['with a space at the end', 'ends with a space ', 'ends with a space'],
  ['with a space at the start', ' starts with a space', 'starts with a space'],
  ['in capitals at the end', 'capital letter Z', 'capital letter z'],
];

const alike: [what: string, set: string, typed: string][] = [
  ['NFC and NFD', 'crème brûlée dessert', 'crème brûlée dessert'.normalize('NFD')],
  ['NFD and NFC', 'crème brûlée dessert'.normalize('NFD'), 'crème brûlée dessert'],
  ['full-width and plain letters', 'ｐｌｕｍ orchard 43', 'plum orchard 43'],
  ['a ligature and its letters', 'ﬁne orchard 44 plums', 'fine orchard 44 plums'],
];

const refused: [what: string, code: string, password: string, anything?: boolean][] = [
  ['a NUL', 'invalid_field', 'plum\0orchard 45'],
  ['a NUL at the end', 'invalid_field', 'plum orchard 45\0'],
  ['a lone high surrogate', 'invalid_field', 'plum orchard 45\ud800', true],
  ['a lone low surrogate', 'invalid_field', '\udc00plum orchard 45', true],
  ['257 code points', 'password_too_long', 'plum '.repeat(52).slice(0, 257)],
  ['257 emoji', 'password_too_long', '🦊'.repeat(257)],
  ['1400 characters', 'password_too_long', 'plum '.repeat(280)],
  ['seven code points', 'password_too_short', 'Tiny-7x'],
  ['seven emoji', 'password_too_short', '🦊🦝🦁🐯🐶🐱🐭'],
  ['a common word', 'password_too_common', 'PassWord123'],
];

// What is stored of a password are some letters and digits, whatever it was, and so one database tells.
describe('passwords at every door', () => {
  const host = hosted();
  const door = (name: string) => {
    const found = doorsOf(host).find((candidate) => candidate.name === name);
    if (!found) throw new Error(`No door is called ${name}.`);
    return found;
  };

  it('are tried at every door there is', () => {
    expect(doorsOf(host).map(({ name }) => name)).toEqual(doorNames);
  });

  describe.each(doorNames)('%s', (name) => {
    it('tells neighbours apart that differ in the last character', async () => {
      for (const [what, password, neighbour] of neighbours) {
        const { accepted, username } = await door(name).set(password);
        expect(accepted, what).toBe(true);
        expect(await host.people.canLogIn(username, neighbour), what).toBe(false);
        expect(await host.people.canLogIn(username, password), what).toBe(true);
      }
    });

    it('takes two Unicode forms of one password for the same', async () => {
      for (const [what, set, typed] of alike) {
        const { accepted, username } = await door(name).set(set);
        expect(accepted, what).toBe(true);
        expect(await host.people.canLogIn(username, typed), what).toBe(true);
      }
    });

    it('refuses what cannot be stored or is against a rule, with a reason', async () => {
      for (const [what, code, password, needsAnything = false] of refused) {
        const { carriesAnything, set } = door(name);
        if (needsAnything && !carriesAnything) continue;
        const verdict = await set(password);
        expect({ what, accepted: verdict.accepted, status: verdict.status }).toEqual({
          what,
          accepted: false,
          status: 422,
        });
        if (!name.endsWith('by form')) expect(verdict.code, what).toBe(code);
      }
    });

    it('has no rule on the kinds of characters', async () => {
      for (const password of [
        '        spaces',
        '92741650382',
        'lower case only',
        '🦊🦝🦁🐯🐶🐱🐭🐹',
        '\';--"<b>&',
      ]) {
        const { accepted, username } = await door(name).set(password);
        expect(accepted, password).toBe(true);
        expect(await host.people.canLogIn(username, password), password).toBe(true);
      }
    });
  });
});

describe.each(databases)('passwords on $name', (database) => {
  const host = hosted({ database });

  it('stand in the table in the format of passlib, with another salt each', async () => {
    const hashes = new Set<unknown>();
    for (let round = 0; round < 3; round += 1) {
      const { id } = await host.people.person();
      const { password_hash: stored } = await host.rows.user(id);
      expect(stored).toMatch(/^\$bcrypt-sha256\$v=2,t=2b,r=4\$[./A-Za-z0-9]{22}\$[./A-Za-z0-9]{31}$/);
      hashes.add(stored);
    }
    expect(hashes.size).toBe(3);
  });

  it("verify against passlib's published vector", async () => {
    const { id, username } = await host.people.person();
    const vector = '$bcrypt-sha256$v=2,t=2b,r=12$n79VH.0Q2TMWmt3Oqt9uku$Kq4Noyk3094Y2QlB8NdRT8SvGiI4ft2';
    await host.rows.update('sso_user', { id }, { password_hash: vector });
    expect(await host.people.canLogIn(username, 'Password')).toBe(false);
    expect((await host.rows.user(id)).password_hash).toBe(vector);
    expect(await host.people.canLogIn(username, 'password')).toBe(true);
  });

  it.each(['$2a$', '$2b$', '$2y$'])(
    'verify against a plain %s hash, which the login replaces',
    async (prefix) => {
      const person = await host.people.person();
      const { id, username } = person;
      const plain = (await hash(PASSWORD, 4)).replace(/^\$2.\$/, prefix);
      await host.rows.update('sso_user', { id }, { password_hash: plain });
      const elsewhere = await host.rows.user(id);

      expect(await host.people.canLogIn(username, 'not this one')).toBe(false);
      expect((await host.rows.user(id)).password_hash).toBe(plain);
      expect(await host.people.canLogIn(username, PASSWORD)).toBe(true);

      const upgraded = await host.rows.user(id);
      expect(upgraded.password_hash).toMatch(/^\$bcrypt-sha256\$v=2,t=2b,r=4\$/);
      expect(upgraded.password_version).toBe(elsewhere.password_version);
      expect(upgraded.password_last_set).toBe(elsewhere.password_last_set);
      expect(await host.people.canLogIn(username, PASSWORD)).toBe(true);
    },
  );

  it.each(foreignHashes)('verify against a hash of $name, which the login replaces', async ({ make }) => {
    const { id, username } = await host.people.person();
    const foreign = await make(PASSWORD);
    await host.rows.update('sso_user', { id }, { password_hash: foreign });

    expect(await host.people.canLogIn(username, 'not this one')).toBe(false);
    expect((await host.rows.user(id)).password_hash).toBe(foreign);
    expect(await host.people.canLogIn(username, PASSWORD)).toBe(true);
    expect((await host.rows.user(id)).password_hash).toMatch(/^\$bcrypt-sha256\$v=2,t=2b,r=4\$/);
    expect(await host.people.canLogIn(username, PASSWORD)).toBe(true);
  });

  it.each(foreignHashes)('of $name are changed by their owner, old one first', async ({ make }) => {
    const person = await host.people.person();
    const visitor = await host.people.signIn(person);
    await host.rows.update('sso_user', { id: person.id }, { password_hash: await make(PASSWORD) });
    expectRefused(await visitor.changePassword('not this one', OTHER_PASSWORD), 422, 'incorrect_password');
    expectRefused(await visitor.changePassword(PASSWORD, PASSWORD), 422, 'password_unchanged');
    expectDone(await visitor.changePassword(PASSWORD, OTHER_PASSWORD), { to: '/login' });
    expect(await host.people.canLogIn(person.username, OTHER_PASSWORD)).toBe(true);
  });

  it('are reset by a super-user to a random one that must be changed', async () => {
    const person = await host.people.person();
    const visitor = await host.people.signIn(person);
    const { password, user } = await host.service.resetPassword(person.id, host.people.caller);
    expect(user.passwordMustChange).toBe(true);
    expect(password.length).toBeGreaterThanOrEqual(16);
    expect(await visitor.isSignedIn()).toBe(false);
    expect(await host.people.canLogIn(person.username, PASSWORD)).toBe(false);
    expect(await host.people.canLogIn(person.username, password)).toBe(true);
  });
});

describe('the rules of the host', () => {
  const host = hosted({
    options: {
      password: {
        bcryptRounds: 4,
        minLength: 12,
        maxLength: 25,
        rejectList: ['acme'],
        contextWords: ['Intranet'],
      },
    },
  });

  it.each(doorNames)('count at the door %s', async (name) => {
    const found = doorsOf(host).find((candidate) => candidate.name === name);
    for (const [password, code] of [
      ['eleven char', 'password_too_short'],
      ['twenty-six characters long', 'password_too_long'],
      ['my ACME orchard', 'password_too_common'],
      ['my intranet 123', 'password_contains_identity'],
    ] as const) {
      const verdict = await found?.set(password);
      expect(verdict, password).toMatchObject({ accepted: false, status: 422 });
      if (!name.endsWith('by form')) expect(verdict?.code, password).toBe(code);
    }
  });
});
