import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DataSource } from 'typeorm';
import { PASSWORD } from '../support/people.js';
import { type Row, Rows } from '../support/rows.js';
import { type Ending, execute, host, jsonOf, PATIENCE } from './program.js';

const HASH = '$2b$04$uBSjbU6lQ0sAEvW0gDuQAu5jPwkvn0jJOmnfDUnzHWzuRQoTKdm4m';

describe('fields of the host on the command line', PATIENCE, () => {
  let folder: string;
  let database: string;
  let dataSource: DataSource;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sso-test-'));
    database = join(folder, 'app.sqlite');
    const { code, stderr } = await run(['migrate']);
    if (code !== 0) throw new Error(stderr);
    dataSource = await new DataSource({ type: 'better-sqlite3', database }).initialize();
    for (const column of [
      'company varchar(20)',
      "plan varchar(10) NOT NULL DEFAULT 'basic'",
      'credit_limit int',
      'newsletter boolean NOT NULL DEFAULT 0',
    ])
      await dataSource.query(`ALTER TABLE sso_user ADD COLUMN ${column}`);
  });
  afterAll(async () => {
    await dataSource.destroy();
    await rm(folder, { recursive: true, force: true });
  });

  const run = (args: string[], stdin: string = PASSWORD): Promise<Ending> =>
    execute([...args, '-d', host('fields.mjs'), '--options', host('cheap.mjs'), '--json'], {
      stdin,
      env: { HOST_FILE: database },
    });
  const rowOf = (username: string): Promise<Row> => new Rows(dataSource).one('sso_user', { username });

  it('are given to users who are created, with their types', async () => {
    const fields = ['company=Ä=1', 'plan=gold', 'credit_limit=500', 'newsletter=true', 'display_name=Zoë'];
    const args = fields.flatMap((field) => ['--field', field.replace('Ä=1', 'A=1')]);
    const made = await run(['create-user', 'zoe', '--password-stdin', ...args]);
    expect(jsonOf(made)).toMatchObject({
      company: 'A=1',
      plan: 'gold',
      credit_limit: 500,
      newsletter: true,
      display_name: 'Zoë',
    });
    expect(await rowOf('zoe')).toMatchObject({ company: 'A=1', credit_limit: 500, newsletter: 1 });
    const boss = await run([
      'create-superuser',
      'boss',
      '--password-stdin',
      '--field',
      'company=B',
      '--field',
      'credit_limit=',
    ]);
    expect(jsonOf(boss)).toMatchObject({
      company: 'B',
      plan: 'basic',
      credit_limit: null,
      is_super_user: true,
    });
  });

  it.each([
    [['company=acme'], 'invalid_field', 'company is not valid.'],
    [['company=A', 'plan=x'], 'invalid_field', 'plan must be one of these values: basic, gold.'],
    [['company=A', 'credit_limit=much'], 'invalid_field', 'credit_limit must be a whole number.'],
    [['company=A', 'credits=1'], 'invalid_field', 'credits is not a known field.'],
    [['company=A', 'isSuperUser=true'], 'invalid_field', 'isSuperUser is not a known field.'],
    [['company=A', 'password_hash=x'], 'invalid_field', 'password_hash is not a known field.'],
    [[], 'missing_fields', 'company is required.'],
  ])('are refused: %j', async (fields, code, message) => {
    const args = fields.flatMap((field) => ['--field', field]);
    const { code: exit, stderr } = await run(['create-user', 'nobody', '--password-stdin', ...args]);
    expect(exit).toBe(1);
    expect(stderr).toContain(code);
    expect(stderr).toContain(message);
    expect(await new Rows(dataSource).count('sso_user', { username: 'nobody' })).toBe(0);
  });

  it('are written as name=value', async () => {
    const { code, stderr } = await run(['create-user', 'nobody', '--password-stdin', '--field', 'company']);
    expect(code).toBe(2);
    expect(stderr).toContain('--field: write it as <name>=<value>.');
  });

  it('come along with an import', async () => {
    const lines = [
      { username: 'ann', password_hash: HASH, company: 'Ann Inc', credit_limit: 7 },
      { username: 'bob', password_hash: HASH, company: 'bob' },
      { username: 'cy', password_hash: HASH },
    ];
    const { stdout } = await run(['import', '-'], lines.map((line) => JSON.stringify(line)).join('\n'));
    expect(JSON.parse(stdout)).toMatchObject({
      imported: 1,
      refused: [
        { line: 2, code: 'invalid_field', message: 'company is not valid.' },
        { line: 3, code: 'missing_fields', message: 'company is required.' },
      ],
    });
    expect(await rowOf('ann')).toMatchObject({ company: 'Ann Inc', credit_limit: 7, plan: 'basic' });
  });
});
