import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataSource, type DataSourceOptions } from 'typeorm';

/** Connections that each pool may open: the default of `pg` and `mysql2`, said aloud. */
export const POOL_SIZE = 10;

/** As TypeORM takes it; plain JSON, so that it can be handed to another process. */
export type Connection =
  | { type: 'better-sqlite3'; database: string }
  | { type: 'postgres' | 'mariadb'; url: string; poolSize: number };

/** A database that nobody else uses. */
export interface FreshDatabase {
  connection: Connection;
  drop(): Promise<void>;
}

export interface Database {
  name: 'SQLite' | 'PostgreSQL' | 'MariaDB';
  /** With its version. */
  fullName: string;
  create(): Promise<FreshDatabase>;
}

// The same variables and defaults as the tests'.
const postgresUrl = process.env['TEST_POSTGRES_URL'] ?? 'postgres://postgres@127.0.0.1:5432/postgres';
const mariadbUrl = process.env['TEST_MARIADB_URL'] ?? 'mysql://root@127.0.0.1:3306/test';

/** One sentence for each database that cannot be reached. */
export const leftOut: string[] = [];

export const sqlite: Database = {
  name: 'SQLite',
  fullName: `SQLite ${await versionOf({ type: 'better-sqlite3', database: ':memory:' }, 'sqlite_version()')}`,
  async create() {
    const folder = await mkdtemp(join(tmpdir(), 'sso-bench-'));
    return {
      connection: { type: 'better-sqlite3', database: join(folder, 'bench.sqlite') },
      drop: () => rm(folder, { recursive: true, force: true }),
    };
  },
};

/** `undefined` when it does not answer. */
export const postgres = await reachable(
  'PostgreSQL',
  { type: 'postgres', url: postgresUrl },
  ' WITH (FORCE)',
);

/** `undefined` when it does not answer. */
export const mariadb = await reachable('MariaDB', { type: 'mariadb', url: mariadbUrl });

/** All that answer. */
export const databases = [sqlite, postgres, mariadb].filter((one) => one !== undefined);

async function reachable(
  name: Database['name'],
  server: { type: 'postgres' | 'mariadb'; url: string },
  dropping = '',
): Promise<Database | undefined> {
  let version: string;
  try {
    version = await versionOf(server, 'version()');
  } catch (error) {
    leftOut.push(
      `${name} is left out, it does not answer: ${error instanceof Error ? error.message : error}`,
    );
    return undefined;
  }
  return {
    name,
    fullName: `${name} ${/\d+(\.\d+)+/.exec(version)?.[0] ?? version}`,
    async create() {
      const database = `sso_bench_${randomBytes(8).toString('hex')}`;
      await ask(server, `CREATE DATABASE ${database}`);
      const url = new URL(server.url);
      url.pathname = `/${database}`;
      return {
        connection: { type: server.type, url: url.href, poolSize: POOL_SIZE },
        drop: async () => void (await ask(server, `DROP DATABASE IF EXISTS ${database}${dropping}`)),
      };
    },
  };
}

async function versionOf(server: DataSourceOptions, expression: string): Promise<string> {
  const [row] = await ask<{ version: string }>(server, `SELECT ${expression} AS version`);
  return row?.version ?? 'of an unknown version';
}

async function ask<Row>(server: DataSourceOptions, sql: string): Promise<Row[]> {
  const dataSource = await new DataSource(server).initialize();
  try {
    return await dataSource.query<Row[]>(sql);
  } finally {
    await dataSource.destroy();
  }
}
