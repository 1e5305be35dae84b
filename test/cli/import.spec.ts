import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { boot, type TestApplication } from '../support/application.js';
import { databases, type FreshDatabase } from '../support/databases.js';
import { foreignHashes, piccolo } from '../support/foreign-hashes.js';
import { freshUsername, PASSWORD } from '../support/people.js';
import { call, type Ending, execute, host as module, jsonOf, PATIENCE } from './program.js';

const HASH = await piccolo.make(PASSWORD);

describe.each(databases)('import on $name', PATIENCE, (database) => {
  let folder: string;
  let fresh: FreshDatabase;
  let host: TestApplication;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sso-test-'));
    fresh = await database.create(true);
    host = await boot({ fresh });
  });
  afterAll(async () => {
    await host?.close();
    await fresh?.drop();
    await rm(folder, { recursive: true, force: true });
  });

  async function importing(content: string | Buffer, runs = call, ...options: string[]): Promise<Ending> {
    const file = join(folder, `${freshUsername()}.jsonl`);
    await writeFile(file, content);
    return runs(['import', file, '--json', ...options], { env: { DATABASE_URL: fresh.url } });
  }

  it('takes users over by file and by pipe, and the second time changes nothing', async () => {
    const users = [
      { username: freshUsername(), password_hash: HASH, email: null, is_super_user: true, must_change: true },
      {
        username: freshUsername(),
        password_hash: HASH,
        created_at: '2019-02-03T04:05:06Z',
        display_name: 'Zoë',
      },
    ];
    const lines = users.map((user) => JSON.stringify(user)).join('\n');
    const apart = database.name === 'MariaDB' ? call : execute;
    const first = await importing(lines, apart);
    expect(first).toMatchObject({ code: 0, stderr: '' });
    expect(jsonOf(first)).toEqual({ imported: 2, skipped: 0, refused: [], changed: [] });
    const rows = await host.rows.all('sso_user');

    const env = { DATABASE_URL: fresh.url };
    const second = await apart(['import', '-'], { stdin: `${lines}\n\n`, env });
    expect(second).toMatchObject({ code: 0, stderr: '' });
    expect(second.stdout).toBe('Imported: 0. Skipped (user name exists): 2. Refused: 0.\n');
    expect(await host.rows.all('sso_user')).toEqual(rows);
    for (const { username } of users) expect(await host.people.canLogIn(username, PASSWORD)).toBe(true);
  });

  it('tells of each bad line by its number, never what stands there, and goes on', async () => {
    const good = () => JSON.stringify({ username: freshUsername(), password_hash: HASH });
    const latin1 = Buffer.from(`{"username":"Zo\u00eb","password_hash":"${HASH}"}\n`, 'latin1');
    const ending = await importing(
      Buffer.concat([
        Buffer.from('\uFEFF'),
        Buffer.from(`${good()}\r\n`),
        Buffer.from(`{"username":"zoe","password_hash":"${HASH}\n`),
        Buffer.from(`{"username":"zoe smith","password_hash":"${HASH}"}\n\n`),
        Buffer.from(`{"username":"zed","password_hash":"${HASH}","isAdmin":true,"email":"none"}\n`),
        Buffer.from('["zoe"]\nnull\n'),
        latin1,
        Buffer.from('{"username":"zed","password_hash":"md5$seasalt$3f86d0d3d465b7b458c231bf3555c0e3"}\n'),
        Buffer.from(`{"username":"zed","passwordHash":"${HASH}"}\n`),
        Buffer.from(good()),
      ]),
    );
    expect(ending.code).toBe(1);
    expect(jsonOf(ending)).toMatchObject({ imported: 2, skipped: 0 });
    expect(ending.stderr.split('\n')).toEqual([
      'line 2: invalid_field: The line is not JSON.',
      'line 3: invalid_field: username must be 1 to 128 visible characters without spaces.',
      'line 5: invalid_field: isAdmin is not a known field. email must be a valid email address.',
      'line 6: invalid_field: The input must be an object.',
      'line 7: invalid_field: The input must be an object.',
      'line 8: invalid_field: The line is not UTF-8.',
      'line 9: invalid_field: The hash is in no known format, is damaged, or costs more than is allowed.',
      'line 10: invalid_field: passwordHash is not a known field.',
      'import_incomplete: Lines refused: 8. All others were imported.',
      '',
    ]);
  });

  it.each([
    ['has an end', '\n'],
    ['never ends', ''],
  ])('goes on after a line that is too long for a user, which %s', async (_, end) => {
    const good = JSON.stringify({ username: freshUsername(), password_hash: HASH });
    const ending = await importing(`${good}\n${'x'.repeat(1_000_000)}${end && `${end}${good}${end}`}`);
    expect(ending.code).toBe(1);
    expect(jsonOf(ending)).toEqual({
      imported: 1,
      skipped: end ? 1 : 0,
      refused: [{ line: 2, code: 'invalid_field', message: 'The line is too long.' }],
      changed: [],
    });
  });

  it('tells of a bad line on one line that a terminal can show, whatever its fields are called', async () => {
    const name = `x\u001b[2J\nline 7: invented${'x'.repeat(5000)}`;
    const { code, stderr } = await importing(JSON.stringify({ username: 'zed', [name]: 1 }));
    expect(code).toBe(1);
    expect(stderr.split('\n')).toEqual([
      expect.stringMatching(/^line 1: invalid_field: x\uFFFD\[2J\uFFFDline 7: inventedx{400,500}$/),
      'import_incomplete: Lines refused: 1. All others were imported.',
      '',
    ]);
  });

  it('takes the first of two names in one file that differ in case and Unicode form only', async () => {
    const name = freshUsername();
    const lines = [`${name}-caf\u00e9-\ufb01`, `${name}-CAFE\u0301-FI`].map((username) =>
      JSON.stringify({ username, password_hash: HASH }),
    );
    const ending = await importing(lines.join('\n'));
    expect({ code: ending.code, counts: jsonOf(ending) }).toEqual({
      code: 0,
      counts: { imported: 1, skipped: 1, refused: [], changed: [] },
    });
    expect(await host.rows.count('sso_user', { username: `${name}-caf\u00e9-\ufb01` })).toBe(1);
  });

  it('takes those whom it would refuse, without what it cannot take, and tells of each', async () => {
    const [taken, first, last] = [freshUsername(), freshUsername(), freshUsername()];
    const { email } = await host.people.person();
    const unknown = `md5$seasalt$3f86d0d3d465b7b458c231bf3555c0e3`;
    const users = [
      { username: `${first}  van  Dyk `, password_hash: HASH },
      { username: freshUsername(), password_hash: unknown },
      { username: freshUsername(), email: email.toUpperCase(), password_hash: HASH },
      { username: `${last} ko`, email },
      { username: freshUsername(), password_hash: HASH },
      { username: `${taken} ko`, password_hash: HASH },
      { username: freshUsername(), password_hash: HASH, is_admin: true },
    ];
    await importing(JSON.stringify({ username: `${taken}_ko`, password_hash: HASH }));
    const content = users.map((user) => JSON.stringify(user)).join('\n');
    const plain = await importing(content);
    expect(jsonOf(plain)).toMatchObject({ imported: 1, skipped: 0, changed: [] });

    const options = ['--without-password', '--without-taken-email', '--replace-blanks', '_'];
    const ending = await importing(content, call, ...options);
    expect(ending.code).toBe(1);
    expect(ending.stderr.split('\n')).toEqual([
      `line 1: imported as ${first}_van_Dyk`,
      'line 2: imported without a password',
      'line 3: imported without the email address, which belongs to somebody else',
      `line 4: imported as ${last}_ko without a password and the email address, which belongs to somebody else`,
      `line 6: skipped, because the user name ${taken}_ko exists`,
      'line 7: invalid_field: is_admin is not a known field.',
      'import_incomplete: Lines refused: 1. All others were imported.',
      '',
    ]);
    expect(jsonOf(ending)).toMatchObject({
      imported: 4,
      skipped: 2,
      refused: [{ line: 7 }],
      changed: [
        { line: 1, username: `${first}_van_Dyk`, without: [] },
        { line: 2, without: ['password'] },
        { line: 3, without: ['email'] },
        { line: 4, username: `${last}_ko`, without: ['password', 'email'] },
      ],
    });
    expect(await host.people.canLogIn(`${first}_van_Dyk`, PASSWORD)).toBe(true);
    expect(await host.rows.one('sso_user', { username: `${last}_ko` })).toMatchObject({
      email: null,
      email_key: null,
    });
  });

  it.each([
    ['nothing', ''],
    ['empty lines', '\r\n\n  \n'],
    ['a byte-order mark', '\uFEFF'],
  ])('is content with a file of %s', async (_, content) => {
    const ending = await importing(content);
    expect(ending).toMatchObject({ code: 0, stderr: '' });
    expect(jsonOf(ending)).toEqual({ imported: 0, skipped: 0, refused: [], changed: [] });
  });
});

describe('argon2id hashes without their package', PATIENCE, () => {
  it('are refused, and the reason says what to install', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sso-test-'));
    try {
      const url = `sqlite:${join(folder, 'app.sqlite')}`;
      expect((await call(['migrate', '--database-url', url])).code).toBe(0);
      const argon2id = foreignHashes.find(({ name }) => name === 'argon2id');
      const users = [
        { username: 'zoe', password_hash: await argon2id?.make(PASSWORD) },
        { username: 'zed', password_hash: HASH },
      ];
      const stdin = users.map((user) => JSON.stringify(user)).join('\n');
      const node = ['--import', module('without-argon2.mjs')];
      const { code, stdout, stderr } = await execute(['import', '-', '--database-url', url], { stdin, node });
      expect({ code, stdout }).toEqual({
        code: 1,
        stdout: 'Imported: 1. Skipped (user name exists): 0. Refused: 1.\n',
      });
      expect(stderr).toContain('line 1: invalid_field:');
      expect(stderr).toContain('npm install @node-rs/argon2');
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
