// A host with a user class, a prefix, a migration and a migrations table of its own, and with everything switched on
// that must not happen at a command.
import { authEntitiesFor, authMigrations, SsoUserBase } from 'nestjs-session-auth';
import { Column, DataSource, Entity, Table } from 'typeorm';

class Member extends SsoUserBase {}
Entity('sso_user')(Member);
Column({ type: 'varchar', length: 40, nullable: true })(Member.prototype, 'nickname');

class Notes1900000000000 {
  name = 'Notes1900000000000';

  async up(runner) {
    await runner.createTable(new Table({ name: 'notes', columns: [{ name: 'id', type: 'integer' }] }));
  }

  async down(runner) {
    await runner.dropTable('notes');
  }
}

export const dataSource = new DataSource({
  type: 'better-sqlite3',
  database: process.env.HOST_FILE,
  entityPrefix: 'host_',
  entities: authEntitiesFor(Member),
  migrations: [...authMigrations, Notes1900000000000],
  migrationsTableName: 'host_migrations',
  migrationsRun: process.env.HOST_EAGER === 'yes',
  synchronize: process.env.HOST_EAGER === 'yes',
  dropSchema: process.env.HOST_EAGER === 'yes',
  logging: true,
});

// A host may leave something open.
setInterval(() => undefined, 1000);
