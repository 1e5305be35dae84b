import { randomBytes } from 'node:crypto';
import type { Provider } from '@nestjs/common';
import { getDataSourceToken } from '@nestjs/typeorm';
import { describe, expect, it } from 'vitest';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { AuthModule, authEntities, authEntitiesFor, authMigrations } from '../../src/index.js';
import { Proxy } from '../faults/proxy.js';
import { running } from '../host/running.js';
import { type Boot, boot } from '../support/application.js';
import { databases, type FreshDatabase, type TestDatabase } from '../support/databases.js';
import { PASSWORD } from '../support/people.js';
import { servers } from '../support/servers.js';
import { Member } from './member.js';

const [migration = ''] = authMigrations.map(({ name }) => name);
const MIGRATE = '`npx nestjs-session-auth migrate`';

/** A database with the tables of this package, and what was done to it since. */
async function onMigrated(
  database: TestDatabase,
  use: (fresh: FreshDatabase, dataSource: DataSource) => Promise<void>,
): Promise<void> {
  const fresh = await database.create(true);
  const tables = { entities: authEntities, migrations: authMigrations, migrationsRun: true };
  const dataSource = await new DataSource({
    ...fresh.connection,
    ...tables,
  } as DataSourceOptions).initialize();
  try {
    await use(fresh, dataSource);
  } finally {
    await dataSource.destroy();
    await fresh.drop();
  }
}

/** What the log of an application has as errors once it has started. */
async function errorsAtBoot(given: Boot): Promise<string[]> {
  let errors: string[] = [];
  await running(await boot(given), async ({ log }) => {
    errors = log.of('error');
  });
  return errors;
}

describe.each(databases)('an application on $name', (database) => {
  it('whose migrations have not run says which, and how to run them, and serves once they have', async () => {
    const fresh = await database.create(true);
    try {
      const login = { username: 'nobody', password: PASSWORD };
      const host = await boot({ fresh, dataSource: { migrations: [] } });
      try {
        expect(host.log.of('error')).toEqual([
          expect.stringContaining(
            'The data source "default" lacks table sso_user, table sso_session, table sso_password_history, table sso_audit_event, ' +
              `so logins get a 503. Run ${migration}: ${MIGRATE}`,
          ),
        ]);
        expect((await host.visitor().login(login)).status).toBe(503);
        const options = { ...fresh.connection, migrations: authMigrations, migrationsRun: true };
        await (await new DataSource(options as DataSourceOptions).initialize()).destroy();
        expect((await host.visitor().login(login)).status).toBe(401);
      } finally {
        await host.app.close();
      }
    } finally {
      await fresh.drop();
    }
  });

  it('with every table and column says nothing, with a prefix, migrated or synchronised', async () => {
    expect(await errorsAtBoot({ database })).toEqual([]);
    expect(await errorsAtBoot({ database, dataSource: { entityPrefix: 'host_' } })).toEqual([]);
    expect(await errorsAtBoot({ database, dataSource: { synchronize: true } })).toEqual([]);
  });

  it('says which data source it is, where it has a name', async () => {
    const given = { dataSource: { name: 'other', migrations: [] }, options: { dataSource: 'other' } };
    const host = await boot({ database, ...given });
    try {
      expect(host.log.of('error')).toEqual([expect.stringContaining('The data source "other" lacks table')]);
    } finally {
      await host.app.close();
    }
  });

  it('names each column that is missing', async () => {
    await onMigrated(database, async (fresh, dataSource) => {
      await dataSource.query('ALTER TABLE sso_session DROP COLUMN user_agent');
      await dataSource.query('ALTER TABLE sso_user DROP COLUMN locked_by');
      expect(await errorsAtBoot({ fresh })).toEqual([
        expect.stringContaining('lacks column sso_user.locked_by, column sso_session.user_agent, '),
      ]);
    });
  });

  it('names a column of the user entity of the host, which no migration of this package brings', async () => {
    const given: Boot = {
      database,
      dataSource: { entities: authEntitiesFor(Member) },
      auth: (options) => AuthModule.forRoot({ ...options, userEntity: Member }),
    };
    const [error, ...others] = await errorsAtBoot(given);
    expect(others).toEqual([]);
    expect(error).toContain('The data source "default" lacks column sso_user.nickname, ');
    expect(error).toContain('All migrations of nestjs-session-auth have run; this needs one of your own.');
    expect(error).not.toContain(migration);
  });

  it('that loses a column later has the words of the database in its log, with table and column but no value', async () => {
    const fresh = await database.create(true);
    try {
      await running(await boot({ fresh }), async (host) => {
        const person = await host.people.person();
        const visitor = await host.people.signIn(person);
        host.log.takeErrors();
        await host.dataSource.query('ALTER TABLE sso_user RENAME COLUMN last_login TO last_seen');
        expect((await visitor.get('/session')).status).toBe(503);
        const login = { username: person.username, password: PASSWORD };
        expect((await host.visitor().login(login)).status).toBe(503);
        await host.dataSource.query('ALTER TABLE sso_user RENAME COLUMN last_seen TO last_login');
        const errors = host.log.takeErrors().filter((line) => line.includes('The database failed'));
        expect(errors).toHaveLength(2);
        for (const error of errors) {
          expect(error).toMatch(/no such column|column .* does not exist|Unknown column/);
          expect(error).toContain('last_login');
          expect(error).toMatch(/in a statement on .*\bsso_user\b/);
          expect(error).not.toContain(person.username);
        }
      });
    } finally {
      await fresh.drop();
    }
  });

  it('that loses its connections while it starts has started, and serves once they are there', async () => {
    const fresh = await database.create(true);
    const away: Provider = {
      provide: 'away',
      inject: [getDataSourceToken()],
      useFactory: (dataSource: DataSource) => ({ onModuleInit: () => dataSource.destroy() }),
    };
    try {
      await running(await boot({ fresh, providers: [away] }), async (host) => {
        expect((await host.visitor().page('/login')).status).toBe(200);
        await host.dataSource.initialize();
        expect(await host.people.canLogIn((await host.people.person()).username, PASSWORD)).toBe(true);
      });
    } finally {
      await fresh.drop();
    }
  });
});

describe.each(servers)('an application on $name', (server) => {
  it('that may write the audit but not read it says nothing', async () => {
    await onMigrated(server, async (fresh, dataSource) => {
      const name = `sso_test_${randomBytes(8).toString('hex')}`;
      const isPostgres = server.name === 'PostgreSQL';
      const role = isPostgres ? name : `${name}@'%'`;
      const tables = ['migrations', 'sso_user', 'sso_session', 'sso_password_history'];
      await dataSource.query(
        isPostgres ? `CREATE ROLE ${role} LOGIN PASSWORD '${name}'` : `CREATE USER ${role}`,
      );
      try {
        for (const table of tables) await dataSource.query(`GRANT ALL ON ${table} TO ${role}`);
        await dataSource.query(`GRANT INSERT ON sso_audit_event TO ${role}`);
        const url = new URL(fresh.url);
        url.username = name;
        url.password = isPostgres ? name : '';
        const connection = { ...fresh.connection, url: url.href } as FreshDatabase['connection'];
        const host = await boot({
          fresh: { ...fresh, connection },
          dataSource: { migrations: [] },
        });
        await host.app.close();
        expect(host.log.of('error')).toEqual([]);
      } finally {
        if (isPostgres) await dataSource.query(`DROP OWNED BY ${role}`);
        await dataSource.query(`DROP ${isPostgres ? 'ROLE' : 'USER'} ${role}`);
      }
    });
  });

  it.each(['stop', 'freeze'] as const)('starts although the server does %s meanwhile', async (does) => {
    const fresh = await server.create(true);
    const proxy = await Proxy.to(fresh.url);
    try {
      const connection = { ...fresh.connection, url: proxy.url } as FreshDatabase['connection'];
      const away = { provide: 'away', useValue: { onModuleInit: () => proxy[does]() } };
      const options = { databaseTimeout: '1s' };
      const host = await boot({ fresh: { ...fresh, connection }, providers: [away], options });
      try {
        expect((await host.visitor().login({ username: 'nobody', password: PASSWORD })).status).toBe(503);
        proxy.thaw();
        if (does === 'stop') await proxy.start();
        const { username } = await host.people.person();
        expect(await host.people.canLogIn(username, PASSWORD)).toBe(true);
      } finally {
        await host.close();
      }
    } finally {
      await proxy.stop();
      await fresh.drop();
    }
  });
});
