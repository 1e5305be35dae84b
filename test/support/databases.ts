import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TypeOrmModuleOptions } from '@nestjs/typeorm';
import { DataSource, type DataSourceOptions } from 'typeorm';

/** A database that nobody else uses, made for one application and dropped with it. */
export interface FreshDatabase {
  connection: TypeOrmModuleOptions;
  /** What the sample's DATABASE_URL takes. */
  url: string;
  drop(): Promise<void>;
}

export interface TestDatabase {
  name: string;
  /** @param shared whether a second process has to reach it too */
  create(shared?: boolean): Promise<FreshDatabase>;
}

const postgresUrl = process.env.TEST_POSTGRES_URL ?? 'postgres://postgres@127.0.0.1:5432/postgres';
const mariadbUrl = process.env.TEST_MARIADB_URL ?? 'mysql://root@127.0.0.1:3306/test';

export const sqlite: TestDatabase = {
  name: 'SQLite',
  async create(shared = false) {
    if (!shared) {
      return {
        connection: { type: 'better-sqlite3', database: ':memory:' },
        url: 'sqlite::memory:',
        drop: async () => undefined,
      };
    }
    const folder = await mkdtemp(join(tmpdir(), 'sso-test-'));
    const file = join(folder, 'test.sqlite');
    return {
      connection: { type: 'better-sqlite3', database: file },
      url: `sqlite:${file}`,
      drop: () => rm(folder, { recursive: true, force: true }),
    };
  },
};

/** The same database with other options of TypeORM. */
export function withOptions({ name, create }: TestDatabase, options: object): TestDatabase {
  const connect = async (shared?: boolean): Promise<FreshDatabase> => {
    const fresh = await create(shared);
    return { ...fresh, connection: Object.assign({}, fresh.connection, options) };
  };
  return { name, create: connect };
}

/** SQLite in a file: with a journal, as it is by default, and with a write-ahead log. */
export const sqliteFiles: TestDatabase[] = [
  { name: 'a SQLite file', create: () => sqlite.create(true) },
  withOptions({ name: 'a SQLite file with WAL', create: () => sqlite.create(true) }, { enableWAL: true }),
];

const postgres: TestDatabase = {
  name: 'PostgreSQL',
  async create() {
    const name = freshName();
    await onPostgres(`CREATE DATABASE ${name}`);
    const url = withDatabase(postgresUrl, name);
    return {
      connection: { type: 'postgres', url },
      url,
      drop: () => onPostgres(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`),
    };
  },
};

const mariadb: TestDatabase = {
  name: 'MariaDB',
  async create() {
    const name = freshName();
    await onMariadb(`CREATE DATABASE ${name} CHARACTER SET utf8mb4`);
    const url = withDatabase(mariadbUrl, name);
    return {
      connection: { type: 'mariadb', url },
      url,
      drop: () => onMariadb(`DROP DATABASE IF EXISTS ${name}`),
    };
  },
};

/** One sentence for each database that this run cannot reach. */
export const leftOut: string[] = [];

/** The databases this run can reach; SQLite always. */
export const databases: TestDatabase[] = [
  sqlite,
  ...(await reachable(postgres, postgresUrl, () => onPostgres('SELECT 1'))),
  ...(await reachable(mariadb, mariadbUrl, () => onMariadb('SELECT 1'))),
];

if (process.env.CI && leftOut.length > 0) {
  throw new Error(`Every database has to be there when CI is set. Left out: ${leftOut.join('; ')}`);
}

async function reachable(
  database: TestDatabase,
  url: string,
  attempt: () => Promise<void>,
): Promise<TestDatabase[]> {
  try {
    await attempt();
    return [database];
  } catch (error) {
    const fault = error instanceof Error ? error.message || error.name : String(error);
    leftOut.push(`${database.name} (not reachable at ${withoutPassword(url)}: ${fault})`);
    return [];
  }
}

function freshName(): string {
  return `sso_test_${randomBytes(8).toString('hex')}`;
}

function withDatabase(url: string, name: string): string {
  const changed = new URL(url);
  changed.pathname = `/${name}`;
  return changed.href;
}

function withoutPassword(url: string): string {
  const changed = new URL(url);
  changed.password = '';
  return changed.href;
}

function onPostgres(sql: string): Promise<void> {
  return on({ type: 'postgres', url: postgresUrl, connectTimeoutMS: 3000 }, sql);
}

function onMariadb(sql: string): Promise<void> {
  return on({ type: 'mariadb', url: mariadbUrl, connectTimeout: 3000 }, sql);
}

async function on(server: DataSourceOptions, sql: string): Promise<void> {
  const dataSource = await new DataSource(server).initialize();
  try {
    await dataSource.query(sql);
  } finally {
    await dataSource.destroy();
  }
}
