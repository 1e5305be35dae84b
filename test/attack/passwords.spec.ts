import bcrypt from 'bcrypt';
import { describe, expect, it } from 'vitest';
import { databases, sqlite } from '../support/databases.js';
import { expectRefused } from '../support/expectations.js';
import { hosted } from '../support/hosted.js';
import { freshUsername, OTHER_PASSWORD, PASSWORD, THIRD_PASSWORD } from '../support/people.js';
import { clients } from '../support/visitor.js';
import { counted } from './hasher-work.js';

describe.each(databases)('passwords made to be confused, on $name,', (database) => {
  const host = hosted({ database });

  it.each([
    ['ASCII', 'a'.repeat(72), ['', 'X', 'Y', 'a']],
    ['two bytes a character', 'é'.repeat(63), ['é', 'è', 'éé', '']],
    ['three bytes a character', '漢'.repeat(24), ['字', '漢', '漢字', '']],
    ['four bytes a character', '🦊'.repeat(18), ['🦊', '🐺', '🦊🦊', '']],
    ['256 code points', 'ab '.repeat(85), ['x', 'y', '']],
  ])('T-30 truncation: no tail of %s is lost', async (_, start, tails) => {
    for (const tail of tails.slice(0, 2)) {
      const { username } = await host.people.person({ password: start + tail });
      for (const other of tails) {
        expect(await host.people.canLogIn(username, start + other)).toBe(other === tail);
      }
    }
  });

  it('T-30 truncation: a user name of the greatest length takes no room of the password’s', async () => {
    const username = `${freshUsername()}.`.padEnd(128, 'n');
    await host.people.person({ username, password: `${'p'.repeat(80)}1` });
    expect(await host.people.canLogIn(username, `${'p'.repeat(80)}1`)).toBe(true);
    expect(await host.people.canLogIn(username, `${'p'.repeat(80)}2`)).toBe(false);
    expect(await host.people.canLogIn(username, 'p'.repeat(72))).toBe(false);
  });

  it.each(clients)('T-31 NUL, by %s: nothing after it is lost, and nothing is a 500', async (client) => {
    const { username } = await host.people.person();
    for (const password of [`${PASSWORD}\0`, `${PASSWORD}\0${OTHER_PASSWORD}`, `\0${PASSWORD}`, '\0'])
      expect((await host.visitor(client).login({ username, password })).status).toBe(401);
    for (const odd of [`${username}\0`, `${username}\0x`, '\0'])
      expect((await host.visitor(client).login({ username: odd, password: PASSWORD })).status).toBe(401);
    const name = `${freshUsername()}\0`;
    for (const fields of [
      { username: name, password: PASSWORD, confirm_password: PASSWORD },
      { username: freshUsername(), password: `${PASSWORD}\0`, confirm_password: `${PASSWORD}\0` },
      { username: freshUsername(), email: 'a\0@example.org', password: PASSWORD, confirm_password: PASSWORD },
    ])
      expect((await host.visitor(client).register(fields)).status).toBe(422);
  });

  it('T-32 Unicode: two lone surrogates are not one, and no password takes their place', async () => {
    const { username } = await host.people.person({ password: `${PASSWORD}\ufffd` });
    for (const tail of ['\ud800', '\ud801', '\udfff', '']) {
      expect((await host.visitor().login({ username, password: PASSWORD + tail })).status).toBe(401);
    }
    expect(await host.people.canLogIn(username, `${PASSWORD}\ufffd`)).toBe(true);
  });

  it('T-32 Unicode: names that a collation holds for equal are two people', async () => {
    const stem = freshUsername();
    const names = [
      `jose.${stem}`,
      `josé.${stem}`,
      `jośe.${stem}`,
      `strasse.${stem}`,
      `straße.${stem}`,
      `ı.${stem}`,
      `i.${stem}`,
    ];
    for (const [index, username] of names.entries())
      await host.people.person({ username, password: `${index} ${PASSWORD}` });
    for (const [index, username] of names.entries()) {
      for (const other of names.keys())
        expect(await host.people.canLogIn(username, `${other} ${PASSWORD}`)).toBe(index === other);
    }
    for (const pad of ['\u200b', '\0', '%', '_']) {
      const answer = await host
        .visitor()
        .login({ username: `jose.${stem}${pad}`, password: `0 ${PASSWORD}` });
      expect(answer.status).toBe(401);
    }
  });

  it.each([
    "' OR 1=1 --",
    "' OR '1'='1",
    '" OR ""="',
    "'; DROP TABLE sso_user; --",
    "\\' OR 1=1 #",
    "admin'/*",
    "x' UNION SELECT * FROM sso_user --",
    '0x27204f52',
    '%27%20OR%201%3D1',
    "¿' OR 1=1 --",
  ])('T-25 SQL injection: %s is a text in every field, the cookie and the address', async (text) => {
    const admin = await host.people.signIn(await host.people.superUser());
    const { id, username } = await host.people.person();
    const before = await host.rows.all('sso_user');
    for (const fields of [
      { username: text, password: PASSWORD },
      { username: username + text, password: PASSWORD },
      { username, password: text },
    ])
      expect((await host.visitor().login(fields)).status).toBe(401);
    const thief = host.visitor();
    thief.cookies.put('id', encodeURIComponent(text));
    expect(await thief.isSignedIn()).toBe(false);
    const address = encodeURIComponent(text);
    expect((await admin.get(`/users/${address}`)).status).toBe(404);
    expect((await admin.get(`/users/${id}${address}`)).status).toBe(404);
    expect((await admin.get(`/users/${id}${address}/audit`)).status).toBe(404);
    expect((await admin.api('DELETE', `/sessions/${address}`)).status).toBe(404);
    expect((await admin.get(`/users?q=${address}`)).json.total).toBe(0);
    for (const query of [
      `page=1${address}`,
      `page_size=${address}`,
      `locked=${address}`,
      `sign_up_status=${address}`,
    ])
      expect((await admin.get(`/users?${query}`)).status).toBe(422);
    expect(await host.rows.all('sso_user')).toEqual(before);
  });

  it('T-13 T-32 look-alike ids: an id in other letters, braces or with spaces is the same user or none', async () => {
    const boss = await host.people.superUser();
    const admin = await host.people.signIn(boss);
    const { id } = await host.people.person();
    for (const [form, same] of [
      [id.toUpperCase(), true],
      [`{${id}}`, false],
      [id.replaceAll('-', ''), false],
      [`${id}%20`, false],
      [`%20${id}`, false],
      [`urn:uuid:${id}`, false],
      [`${id}%00`, false],
    ] as const) {
      const { status, json } = await admin.get(`/users/${form}`);
      expect({ form, status }).toEqual({ form, status: same ? 200 : 404 });
      if (same) expect(json.user_id).toBe(id);
    }
    for (const own of [boss.id.toUpperCase(), `{${boss.id}}`])
      expect([404, 409]).toContain((await admin.api('DELETE', `/users/${own}`)).status);
    expect(await admin.isSignedIn()).toBe(true);
  });
});

describe('a stored hash that was tampered with', () => {
  const host = hosted({ options: { password: { bcryptRounds: 5 } } });

  it('T-58 stored hashes: what is no whole hash opens nothing, at the price of a whole one', async () => {
    const { id, username } = await host.people.person();
    const { password_hash: good } = await host.rows.user(id);
    const own = String(good);
    for (const stored of [
      '',
      '!',
      '*',
      'null',
      PASSWORD,
      own.slice(0, -1),
      `${own}x`,
      `${own}\0x`,
      ` ${own}`,
      `${own}\n`,
      own.replace('r=5', 'r=05'),
      own.replace('r=5', 'r=99'),
      own.replace('t=2b', 't=2a'),
      own.replace('bcrypt-sha256', 'BCRYPT-SHA256'),
      bcrypt.hashSync(OTHER_PASSWORD, 4),
      `${bcrypt.hashSync(PASSWORD, 4)}\0x`,
    ]) {
      await host.rows.update('sso_user', { id }, { password_hash: stored });
      const { result, verifications, rounds } = await counted(() =>
        host.visitor().login({ username, password: PASSWORD }),
      );
      expect({ stored, status: result.status, verifications, rounds }).toEqual({
        stored,
        status: 401,
        verifications: 1,
        rounds: 32,
      });
      expect((await host.rows.user(id)).password_hash).toBe(stored);
    }
    await host.rows.update('sso_user', { id }, { password_hash: bcrypt.hashSync(PASSWORD, 4) });
    expect(await host.people.canLogIn(username, 'wrong one')).toBe(false);
    expect(await host.people.canLogIn(username, PASSWORD)).toBe(true);
    expect(String((await host.rows.user(id)).password_hash)).toMatch(/^\$bcrypt-sha256\$v=2,t=2b,r=5\$/);
  });
});

describe('a history of two', () => {
  const host = hosted({ database: sqlite, options: { password: { bcryptRounds: 4, history: 2 } } });

  it('T-44 history: there and back again is refused, at every door, until enough lie between', async () => {
    const person = await host.people.person();
    const change = async (from: string, to: string) =>
      (await host.people.signIn({ ...person, password: from })).changePassword(from, to);
    expectRefused(await change(PASSWORD, PASSWORD), 422, 'password_unchanged');
    expect((await change(PASSWORD, OTHER_PASSWORD)).status).toBe(200);
    expectRefused(await change(OTHER_PASSWORD, PASSWORD), 422, 'password_reused');
    const login = { username: person.username, password: OTHER_PASSWORD, new_password: PASSWORD };
    expectRefused(await host.visitor().login(login), 422, 'password_reused');
    expect((await change(OTHER_PASSWORD, THIRD_PASSWORD)).status).toBe(200);
    expectRefused(await change(THIRD_PASSWORD, PASSWORD), 422, 'password_reused');
    // Case counts: another case is another password.
    expect((await change(THIRD_PASSWORD, OTHER_PASSWORD.toUpperCase())).status).toBe(200);
    expect((await change(OTHER_PASSWORD.toUpperCase(), PASSWORD)).status).toBe(200);
    expect(await host.rows.count('sso_password_history', { user_id: person.id })).toBe(2);
  });

  it('T-45 expiry: the epoch, the past and the end of time are what they are, to the millisecond', async () => {
    const { id, username } = await host.people.person();
    for (const [expiry, required] of [
      [null, false],
      [0, true],
      [-1, true],
      [Date.now() - 1, true],
      [Date.now(), true],
      [Date.now() + 60_000, false],
      [253_402_300_799_000, false],
      [8.64e15, false],
    ] as const) {
      await host.rows.update('sso_user', { id }, { password_expires_at: expiry });
      const visitor = host.visitor();
      const answer = await visitor.login({ username, password: PASSWORD });
      const { status } = await visitor.get('/private');
      expect({ expiry, login: answer.status, status }).toEqual({
        expiry,
        login: 200,
        status: required ? 403 : 200,
      });
    }
  });
});
