import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DataSource } from 'typeorm';
import { PASSWORD } from '../support/people.js';
import { Rows } from '../support/rows.js';
import { call, type Ending, execute, host, jsonOf, PATIENCE } from './program.js';

describe('a data-source file', PATIENCE, () => {
  let folder: string;
  let file: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sso-test-'));
    file = join(folder, 'app.sqlite');
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  // In a process of its own: the file names the package, which here is the built one.
  const on = (
    module: string,
    args: string[],
    database = file,
    env: Record<string, string> = {},
  ): Promise<Ending> =>
    execute([...args, '-d', host(module)], { stdin: PASSWORD, env: { HOST_FILE: database, ...env } });

  async function inspect<T>(database: string, look: (dataSource: DataSource) => Promise<T>): Promise<T> {
    const dataSource = await new DataSource({ type: 'better-sqlite3', database }).initialize();
    try {
      return await look(dataSource);
    } finally {
      await dataSource.destroy();
    }
  }

  const tablesOf = (database: string): Promise<string[]> =>
    inspect(database, async (dataSource) => {
      const rows: { name: string }[] = await dataSource.query(
        `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name`,
      );
      return rows.map(({ name }) => name);
    });

  it('keeps its prefix and its table of migrations, of which only those of this package run', async () => {
    const { code, stdout, stderr } = await on('esm.mjs', ['migrate', '--json']);
    expect({ code, stdout, stderr }).toEqual({
      code: 0,
      stdout: '{"migrations":["SsoInit1763700000000"]}\n',
      stderr: '',
    });
    const tables = ['audit_event', 'password_history', 'session', 'user'].map((name) => `host_sso_${name}`);
    expect(await tablesOf(file)).toEqual(['host_migrations', ...tables]);
  });

  it('brings the user class of the host along, and its own column is missed until the host has migrated', async () => {
    const before = await on('esm.mjs', ['create-user', 'zoe', '--password-stdin']);
    expect(before).toMatchObject({ code: 3, stdout: '' });
    expect(before.stderr).toBe(
      'not_migrated: The database lacks column host_sso_user.nickname. Add a migration of your own for them.\n',
    );
    await inspect(file, (dataSource) =>
      dataSource.query('ALTER TABLE host_sso_user ADD COLUMN nickname varchar(40)'),
    );
    expect(await on('esm.mjs', ['create-user', 'zoe', '--password-stdin'])).toMatchObject({
      code: 0,
      stderr: '',
    });
  });

  it('does not make a command drop, synchronise, migrate or log, whatever the host does at its start', async () => {
    const { code, stdout, stderr } = await on('esm.mjs', ['list', '--json'], file, { HOST_EAGER: 'yes' });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject({ users: [{ username: 'zoe' }], total: 1 });
    expect(await tablesOf(file)).not.toContain('notes');
  });

  it.each(['commonjs.cjs', 'promise.mjs'])('may be %s', async (module) => {
    const database = join(folder, `${module}.sqlite`);
    expect((await on(module, ['migrate'], database)).code).toBe(0);
    expect((await on(module, ['create-user', 'zoe', '--password-stdin'], database)).code).toBe(0);
    expect(await inspect(database, (dataSource) => new Rows(dataSource).count('sso_user'))).toBe(1);
  });

  it.each([
    ['none.mjs', 'must export one TypeORM DataSource; it exports none.'],
    ['two.mjs', 'must export one TypeORM DataSource; it exports 2.'],
    ['broken.mjs', "broken.mjs: Cannot find package 'no-such-package-as-this'"],
    ['no-such-file.mjs', 'no-such-file.mjs: Cannot find module'],
    ['foreign.mjs', 'The data source "default" does not know SsoUser'],
  ])('is refused when it is %s', async (module, message) => {
    const { code, stdout, stderr } = await call(['list', '-d', host(module)]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^usage: .*\n$/);
    expect(stderr).toContain(message);
  });

  it('whose tables somebody has made otherwise is not migrated by force', async () => {
    const database = join(folder, 'synchronised.sqlite');
    await inspect(database, (dataSource) => dataSource.query('CREATE TABLE sso_user (id integer)'));
    const { code, stderr } = await call(['migrate', '--database-url', `sqlite:${database}`]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^migration_failed: .*sso_user.*already exists\n$/);
    expect(await tablesOf(database)).toEqual(['migrations', 'sso_user']);
  });

  describe('with an options file', () => {
    const using = (module: string, args: string[], stdin = PASSWORD): Promise<Ending> =>
      call(
        [...args, '--options', host(module), '--database-url', `sqlite:${join(folder, 'options.sqlite')}`],
        {
          stdin,
        },
      );

    it('obeys what the host says of passwords and of the audit, and of nothing else', async () => {
      expect((await using('strict.mjs', ['migrate'])).code).toBe(0);
      const short = await using('strict.mjs', ['create-user', 'zed', '--password-stdin'], 'velvet buttons');
      expect(short).toMatchObject({ code: 1, stderr: expect.stringContaining('at least 20 characters') });
      expect((await using('strict.mjs', ['create-user', 'zoe', '--password-stdin'])).code).toBe(0);
      const seen = await inspect(join(folder, 'options.sqlite'), async (dataSource) => {
        const rows = new Rows(dataSource);
        await dataSource.query(`UPDATE sso_audit_event SET at = at - 172800000`);
        return rows.one('sso_user', { username: 'zoe' });
      });
      expect(seen.password_hash).toContain('r=5$');
      expect(Math.abs(Number(seen.password_expires_at) - Date.now() - 10 * 86_400_000)).toBeLessThan(600_000);
      expect(jsonOf(await using('strict.mjs', ['sweep', '--json']))).toEqual({
        sessions: 0,
        audit_events: 1,
      });
    });

    it('asks the rules of the host for passwords, and takes none when one fails', async () => {
      expect((await using('ruled.mjs', ['migrate'])).code).toBe(0);
      const create = ['create-user', 'ruby', '--password-stdin'];
      expect(await using('ruled.mjs', create, 'green velvet buttons')).toMatchObject({
        code: 1,
        stderr: 'no_velvet: Velvet is worn out.\n',
      });
      const failed = await using('ruled.mjs', create, 'green linen buttons');
      expect(failed.code).toBe(3);
      expect(failed.stderr).toContain('service_unavailable: the list of cloths is away');
      expect(await using('ruled.mjs', create, 'green cotton buttons')).toMatchObject({ code: 0, stderr: '' });
    });

    it.each([
      ['none.mjs', 'must export authOptions.'],
      ['broken.mjs', 'Cannot load the'],
      ['weak.mjs', 'Set password.bcryptRounds to a whole number from 10 to 31'],
    ])('refuses %s', async (module, message) => {
      const { code, stderr } = await using(module, ['list']);
      expect(code).toBe(2);
      expect(stderr).toContain(message);
    });
  });
});
