import type { Type } from '@nestjs/common';
import ts from 'typescript';
import {
  Column,
  DataSource,
  type DataSourceOptions,
  Entity,
  type MigrationInterface,
  type QueryRunner,
} from 'typeorm';
import { describe, expect, it } from 'vitest';
import { authEntitiesFor, authMigrations, SsoUserBase } from '../../src/index.js';
import { databases, type TestDatabase } from '../support/databases.js';
import { type Row, Rows } from '../support/rows.js';
import { blocksOf, textOf } from './pages.js';

@Entity('sso_user')
class Member extends SsoUserBase {
  @Column({ type: 'varchar', length: 40, nullable: true })
  phone!: string | null;
}

/** The migration of the page, as it stands there. */
const AddPhone = await migrationOf('src/add-phone.migration.ts');

/** What `migration:generate` would write today: it needs the column of the page. */
class Generated implements MigrationInterface {
  readonly name = `Generated${Date.now()}`;

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE INDEX ix_phone ON sso_user (phone)');
  }

  async down(): Promise<void> {}
}

async function migrationOf(file: string): Promise<Type<MigrationInterface>> {
  const block = blocksOf(textOf('docs/user-entity.md')).find((one) => one.file === file);
  const { outputText } = ts.transpileModule(block?.code ?? '', {
    compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2023 },
  });
  const url = `data:text/javascript,${encodeURIComponent(outputText)}`;
  const [migration] = Object.values<Type<MigrationInterface>>(await import(/* @vite-ignore */ url));
  if (!migration) throw new Error(`docs/user-entity.md has no ${file}.`);
  return migration;
}

const numberOf = ({ name }: { name: string }): number => Number(name.slice(-13));

async function onFresh(
  database: TestDatabase,
  migrations: readonly Type[],
  use: (dataSource: DataSource, migrateToo: (more: Type) => Promise<DataSource>) => Promise<void>,
): Promise<void> {
  const fresh = await database.create(true);
  const opened: DataSource[] = [];
  const open = async (all: readonly Type[]): Promise<DataSource> => {
    const options = { ...fresh.connection, entities: authEntitiesFor(Member), migrations: [...all] };
    const dataSource = await new DataSource(options as DataSourceOptions).initialize();
    opened.push(dataSource);
    return dataSource;
  };
  try {
    const dataSource = await open(migrations);
    await dataSource.runMigrations();
    await use(dataSource, (more) => open([...migrations, more]));
  } finally {
    for (const dataSource of opened) await dataSource.destroy();
    await fresh.drop();
  }
}

/** A user, and a row in each table that refers to users, one of the host among them. */
async function fill(dataSource: DataSource): Promise<void> {
  const id = dataSource.driver.normalizeType({ type: 'uuid' });
  await dataSource.query(
    `CREATE TABLE orders (id integer, user_id ${id}, FOREIGN KEY (user_id) REFERENCES sso_user (id) ON DELETE CASCADE)`,
  );
  const [user, other] = ['0190a6e2-7b9c-7c0e-8f00-00000000002a', '0190a6e2-7b9c-7c0e-8f00-00000000002b'].map(
    (one) => `'${one}'`,
  );
  await dataSource.query(
    `INSERT INTO sso_user (id, username, username_key, password_hash, password_version, password_last_set,
       password_must_change, is_active, is_super_user, is_locked, approval_status, sign_up_status, created_at, updated_at)
     VALUES (${user}, 'Zoe', 'zoe', 'none', 1, 1, false, true, false, false, 'approved', 'final', 1, 1)`,
  );
  await dataSource.query(
    `INSERT INTO sso_session (id, token_hash, user_id, password_version, created_at, last_seen_at, expires_at, max_expires_at,
       authenticated_at, amr, remembered)
     VALUES (${other}, 'none', ${user}, 1, 1, 1, 1, 1, 1, 'pwd', false)`,
  );
  await dataSource.query(
    `INSERT INTO sso_password_history (id, user_id, password_hash, replaced_at) VALUES (${other}, ${user}, 'none', 1)`,
  );
  await dataSource.query(`INSERT INTO orders (id, user_id) VALUES (1, ${user})`);
}

const TABLES = ['sso_user', 'sso_session', 'sso_password_history', 'orders'];

async function rowsOf(dataSource: DataSource): Promise<Record<string, Row[]>> {
  const rows = new Rows(dataSource);
  return Object.fromEntries(
    await Promise.all(TABLES.map(async (table) => [table, await rows.all(table)] as const)),
  );
}

/** The ways to run a migration up and down: TypeORM's modes, and a transaction of one's own. */
const WAYS = ['all', 'each', 'none', 'own'] as const;

async function migrate(
  dataSource: DataSource,
  way: (typeof WAYS)[number],
  direction: 'up' | 'down',
): Promise<void> {
  if (way !== 'own') {
    if (direction === 'up') await dataSource.runMigrations({ transaction: way });
    else await dataSource.undoLastMigration({ transaction: way });
    return;
  }
  await dataSource.transaction(async ({ queryRunner }) => {
    if (queryRunner) await new AddPhone()[direction](queryRunner);
  });
}

describe.each(databases)('the column of docs/user-entity.md on $name', (database) => {
  it.each(WAYS)(
    'is added to rows that are there, and taken away, without the loss of any: %s',
    async (way) => {
      await onFresh(database, authMigrations, async (before, migrateToo) => {
        await fill(before);
        const rows = await rowsOf(before);
        for (const table of TABLES) expect(rows[table], table).toHaveLength(1);
        const after = await migrateToo(AddPhone);
        await migrate(after, way, 'up');
        expect(await rowsOf(after)).toEqual({
          ...rows,
          sso_user: [{ ...rows['sso_user']?.[0], phone: null }],
        });
        const { upQueries } = await after.driver.createSchemaBuilder().log();
        expect(upQueries).toEqual([]);
        await migrate(after, way, 'down');
        expect(await rowsOf(after)).toEqual(rows);
      });
    },
  );

  it('is there on a fresh database before a migration that TypeORM generates today', async () => {
    await onFresh(database, [Generated, AddPhone, ...authMigrations], async (dataSource) => {
      const executed: { name: string }[] = await dataSource.query('SELECT name FROM migrations ORDER BY id');
      expect(executed.map(({ name }) => name.replace(/\d+$/, ''))).toEqual([
        'SsoInit',
        'AddPhone',
        'Generated',
      ]);
    });
  });
});

it('the number of the migration in docs/user-entity.md lies between those of this package and today', () => {
  for (const migration of authMigrations) expect(numberOf(AddPhone)).toBeGreaterThan(numberOf(migration));
  expect(numberOf(AddPhone)).toBeLessThan(Date.now());
  expect(new AddPhone().name).toBe(AddPhone.name);
});
