import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FreshDatabase, sqlite } from '../support/databases.js';
import { PASSWORD } from '../support/people.js';
import { call, CHEAP, type Ending, environment, execute, PATIENCE, program, version } from './program.js';

const COMMANDS = [
  'migrate',
  'create-superuser',
  'create-user',
  'list',
  'show',
  'update',
  'role',
  'change-password',
  'reset-password',
  'lock',
  'unlock',
  'approve',
  'reject',
  'delete',
  'sessions list',
  'sessions revoke',
  'audit',
  'sweep',
  'import',
];
const ELSEWHERE = ['--database-url', 'postgres://127.0.0.1:1/nothing'];

describe('the command line', PATIENCE, () => {
  it('prints what it can do, and which version it is', async () => {
    const { code, stdout } = await execute(['--help']);
    expect(code).toBe(0);
    for (const command of COMMANDS) expect(stdout).toContain(`\n  ${command} `);
    expect(await execute(['--version'])).toMatchObject({ code: 0, stdout: `${version}\n` });
    expect((await call(['sessions', '-h'])).stdout).toBe(stdout);
  });

  it.each(COMMANDS)('prints the options of %s', async (command) => {
    const { code, stdout } = await call([...command.split(' '), '--help']);
    expect(code).toBe(0);
    expect(stdout).toContain(`Usage: nestjs-session-auth ${command}`);
    for (const option of ['--data-source <file>', '--database-url <url>', '--json', '--options <file>'])
      expect(stdout).toContain(option);
    expect(stdout).not.toMatch(/--password[ \n]/);
  });

  it.each<[args: string[], message: string]>([
    [[], 'Name a command first. See --help.'],
    [['--json', 'list'], 'Name a command first. See --help.'],
    [['lst'], 'Unknown command "lst". Did you mean "list"? See --help.'],
    [['reset_pasword'], 'Unknown command "reset_pasword". Did you mean "reset-password"? See --help.'],
    [['lits'], 'Unknown command "lits". Did you mean "list"? See --help.'],
    [['everything'], 'Unknown command "everything". See --help.'],
    [['sessions'], 'Use one of: sessions list, sessions revoke.'],
    [['sessions', 'drop'], 'Use one of: sessions list, sessions revoke.'],
    [['list', '--everything'], "Unknown option '--everything'."],
    [['list', '--json=yes'], "Option '--json' does not take an argument."],
    [['list', 'zoe', 'zed'], 'Too many arguments.'],
    [['change-password', 'zoe', PASSWORD], 'Too many arguments.'],
    [['change-password', 'zoe', `--passwort=${PASSWORD}`], "Unknown option '--passwort'."],
    [['change-password', 'zoe', `--password-stdin=${PASSWORD}`], 'does not take an argument'],
    [['change-password', 'zoe', `-p${PASSWORD}`], "Unknown option '-p'."],
    [['list', '--page', 'two', ...ELSEWHERE], '--page: "two" is not a whole number.'],
    [['create-user', 'zoe', '--password', PASSWORD], 'Do not put a password on the command line'],
    [['create-user', 'zoe', `--password=${PASSWORD}`], 'Do not put a password on the command line'],
    [['create-user', 'zoe', '--expiry', '-1', ...ELSEWHERE], '--expiry'],
    [
      ['create-user', 'zoe', '--expiry', 'soon', '--password-stdin', ...ELSEWHERE],
      '--expiry: "soon" is not a whole number.',
    ],
    [
      ['create-user', 'zoe', ...ELSEWHERE],
      'There is no terminal to ask for the password on. Use --password-stdin or --random-password.',
    ],
    [
      ['change-password', 'zoe', ...ELSEWHERE],
      'There is no terminal to ask for the password on. Use --password-stdin.',
    ],
    [['create-superuser', '--random-password', ...ELSEWHERE], 'Username is missing.'],
    [['lock', ...ELSEWHERE], 'User is missing.'],
    [['import', ...ELSEWHERE], 'File is missing.'],
    [['import', 'no-such-file.jsonl', ...ELSEWHERE], 'Cannot read no-such-file.jsonl: '],
    [['import', import.meta.dirname, ...ELSEWHERE], ': it is a folder.'],
    [
      ['list'],
      'Name the database: --data-source <file>, --database-url <url>, or DATABASE_URL in the environment.',
    ],
    [['list', '-d', 'file.js', ...ELSEWHERE], 'Give --data-source or --database-url, not both.'],
    [
      ['list', '--database-url', 'oracle://scott:tiger@ora/x'],
      'The database URL begins with "oracle:", which is not known.',
    ],
    [['list', '--database-url', ''], 'Name the database'],
  ])('refuses %j with exit code 2', async (args, message) => {
    const { code, stdout, stderr } = await call(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^usage: .*\n$/);
    expect(stderr).toContain(message);
    expect(stderr).not.toContain(PASSWORD);
    expect(stderr).not.toContain('tiger');
  });

  it('refuses so at its own process, too', async () => {
    const { code, stdout, stderr } = await execute(['list', '--everything']);
    expect({ code, stdout, stderr }).toEqual({
      code: 2,
      stdout: '',
      stderr: "usage: Unknown option '--everything'.\n",
    });
  });

  it.each([
    ['PostgreSQL', 'postgres://zoe:violin@127.0.0.1:1/nothing'],
    ['MySQL', 'mysql://zoe:violin@127.0.0.1:1/nothing'],
    ['MariaDB', 'mariadb://zoe:violin@localhost:1/nothing'],
  ])('says with exit code 3 that %s cannot be reached', async (_, url) => {
    const { code, stdout, stderr } = await execute(['list'], { env: { DATABASE_URL: url } });
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr).toMatch(/^database_unreachable: .*ECONNREFUSED.*\n$/);
    expect(stderr).not.toContain('violin');
  });

  it('shows where it failed, and still no password, when it is asked to', () => {
    const env = { DATABASE_URL: 'postgres://zoe:violin@[bad/x', NODE_DEBUG: 'nestjs-session-auth' };
    const options = { env: environment(env), encoding: 'utf8' } as const;
    const ending = spawnSync(process.execPath, [program, 'list'], options);
    expect(ending).toMatchObject({ status: 3, stdout: '' });
    expect(ending.stderr).toMatch(/\n +at .*data-source\.js/);
    expect(ending.stderr).not.toContain('violin');
  });
});

describe('a password on standard input', PATIENCE, () => {
  let fresh: FreshDatabase;

  beforeAll(async () => {
    fresh = await sqlite.create(true);
    await call(['migrate', '--database-url', fresh.url]);
  });
  afterAll(() => fresh?.drop());

  const creating = (stdin: string | Buffer): Promise<Ending> =>
    call(['create-user', 'zoe', '--password-stdin', ...CHEAP, '--database-url', fresh.url], { stdin });

  it.each<[string, string | Buffer, code: number, message: string]>([
    ['is nothing', '', 1, 'missing_fields: The password is empty.'],
    ['is an empty line', '\n', 1, 'missing_fields: The password is empty.'],
    ['is a whole file', 'x'.repeat(20_000), 2, 'usage: Standard input contains more than a password.'],
    ['has a second line', `${PASSWORD}\nzoe\n`, 2, 'usage: Standard input contains more than one line.'],
    ['is Latin-1', Buffer.from('zw\u00f6lf Laternen', 'latin1'), 2, 'usage: Standard input is not'],
    ['is UTF-16', Buffer.from(`\uFEFF${PASSWORD}`, 'utf16le'), 2, 'usage: Standard input is not'],
  ])('is refused when it %s', async (_, stdin, code, message) => {
    const ending = await creating(stdin);
    expect(ending).toMatchObject({ code, stdout: '', stderr: expect.stringContaining(message) });
    expect(ending.stderr.trim().split('\n')).toHaveLength(1);
  });

  it('counts without the byte-order mark that some shells put before it', async () => {
    expect((await creating(`\uFEFF${PASSWORD}\r\n`)).code).toBe(0);
    const again = ['change-password', 'zoe', '--password-stdin', ...CHEAP, '--database-url', fresh.url];
    const { code, stderr } = await call(again, { stdin: PASSWORD });
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('password_unchanged: ') });
  });
});

describe('a mistyped SQLite file', PATIENCE, () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sso-test-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('is not made, nor its folder, but by migrate', async () => {
    const url = `sqlite:${join(folder, 'deep', 'app.sqlite')}`;
    expect((await call(['sweep', '--database-url', url])).code).toBe(3);
    expect(await readdir(folder)).toEqual([]);
    expect((await call(['migrate', '--database-url', url])).code).toBe(0);
    expect((await call(['sweep', '--database-url', url])).code).toBe(0);
  });

  it('that is something else altogether is no database', async () => {
    const file = join(folder, 'notes.txt');
    await writeFile(file, 'No database, but a file of some length.'.repeat(40));
    const { code, stderr } = await call(['list', '--database-url', `sqlite:${file}`]);
    expect({ code, stderr }).toEqual({
      code: 3,
      stderr: expect.stringMatching(/^database_unreachable: .*file is not a database\n$/),
    });
  });
});
