import { describe, expect, it } from 'vitest';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { authEntities, authEntitiesFor, authMigrations } from '../../src/index.js';
import { boot } from '../support/application.js';
import { databases, leftOut, type TestDatabase } from '../support/databases.js';
import { expectDone } from '../support/expectations.js';
import { PASSWORD } from '../support/people.js';
import { Rows } from '../support/rows.js';
import { Member } from './member.js';

const tables = ['sso_user', 'sso_session', 'sso_password_history', 'sso_audit_event'];

async function onFresh(
  database: TestDatabase,
  changed: Partial<Pick<DataSourceOptions, 'entityPrefix' | 'entities'>>,
  use: (dataSource: DataSource) => Promise<void>,
): Promise<void> {
  const fresh = await database.create();
  const options = { ...fresh.connection, entities: authEntities, migrations: authMigrations, ...changed };
  const dataSource = await new DataSource(options as DataSourceOptions).initialize();
  try {
    await use(dataSource);
  } finally {
    await dataSource.destroy();
    await fresh.drop();
  }
}

async function wanted(dataSource: DataSource): Promise<string[]> {
  const { upQueries } = await dataSource.driver.createSchemaBuilder().log();
  return upQueries.map(({ query }) => query);
}

async function tablesIn(dataSource: DataSource, prefix = ''): Promise<string[]> {
  const runner = dataSource.createQueryRunner();
  try {
    const found: string[] = [];
    for (const table of tables) if (await runner.hasTable(prefix + table)) found.push(table);
    return found;
  } finally {
    await runner.release();
  }
}

describe.each(databases)('the migrations on $name', (database) => {
  it.each(['', 'host_'])(
    'leave the schema builder nothing to do, with the prefix "%s"',
    async (entityPrefix) => {
      await onFresh(database, { entityPrefix }, async (dataSource) => {
        expect((await wanted(dataSource)).length).toBeGreaterThan(0);
        await dataSource.runMigrations();
        expect(await wanted(dataSource)).toEqual([]);
        expect(await tablesIn(dataSource, entityPrefix)).toEqual(tables);
      });
    },
  );

  it.each(['', 'host_'])(
    'are undone without a trace, with the prefix "%s", and can run again',
    async (entityPrefix) => {
      await onFresh(database, { entityPrefix }, async (dataSource) => {
        for (let round = 0; round < 2; round += 1) {
          await dataSource.runMigrations();
          for (const _ of authMigrations) await dataSource.undoLastMigration();
          expect(await tablesIn(dataSource, entityPrefix)).toEqual([]);
        }
        await dataSource.runMigrations();
        expect(await wanted(dataSource)).toEqual([]);
      });
    },
  );

  it('leave a fresh installation without any account', async () => {
    await onFresh(database, {}, async (dataSource) => {
      await dataSource.runMigrations();
      expect(await new Rows(dataSource).all('sso_user')).toEqual([]);
    });
  });

  it("leave only the host's own column to the host that has its own user", async () => {
    await onFresh(database, { entities: authEntitiesFor(Member) }, async (dataSource) => {
      await dataSource.runMigrations();
      const queries = (await wanted(dataSource)).join('\n');
      expect(queries).toContain('nickname');
      await dataSource.synchronize();
      expect(await wanted(dataSource)).toEqual([]);
    });
  });

  it('serve an application with an entity prefix', async () => {
    const application = await boot({ database, dataSource: { entityPrefix: 'host_' } });
    try {
      const person = await application.people.person();
      const visitor = await application.people.signIn(person);
      expectDone(await visitor.changePassword(PASSWORD, 'entirely new 88 lamps'), { to: '/login' });
      expect(await application.rows.count('sso_user')).toBe(1);
      expect(await application.people.canLogIn(person.username, 'entirely new 88 lamps')).toBe(true);
    } finally {
      await application.close();
    }
  });
});

describe('the databases of this run', () => {
  it('are all three where CI is set; elsewhere those left out are named', () => {
    if (leftOut.length > 0) console.warn(`Left out: ${leftOut.join('; ')}`);
    expect(databases.length + leftOut.length).toBe(3);
    if (process.env.CI) expect(leftOut).toEqual([]);
  });
});
