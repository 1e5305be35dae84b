import { createHash } from 'node:crypto';
import type { DataSourceOptions } from 'typeorm';
import { type Connection, type Database, mariadb, postgres, sqlite } from '../databases.js';
import { type Dialect, mariadbDialect, postgresDialect, sqliteDialect } from './dialects.js';

/** A database system, and how many sessions it is measured with. */
export interface Engine {
  database: Database;
  dialect: Dialect;
  sizes: number[];
}

/** Sessions of the largest table; a smaller number makes a rehearsal of two minutes. */
const LARGEST = Number(process.env['BENCH_GROWTH_ROWS'] ?? 10_000_000);

/** Sessions of the table that is swept; half of them have expired. */
export const SWEPT_TABLE = Math.min(2_000_000, LARGEST);

/** All that answer. Only PostgreSQL takes the ten millions in the minutes there are. */
export const engines: Engine[] = [
  engine(postgres, postgresDialect, 10_000_000),
  engine(mariadb, mariadbDialect, 1_000_000),
  engine(sqlite, sqliteDialect, 1_000_000),
].flat();

function engine(database: Database | undefined, dialect: Dialect, most: number): Engine[] {
  const sizes = [1000, 100_000, 1_000_000, 10_000_000].filter((size) => size <= Math.min(most, LARGEST));
  return database ? [{ database, dialect, sizes }] : [];
}

interface SqliteFile {
  function(name: string, implementation: (text: string) => string): void;
}

/** As the sample opens it; SQLite has no SHA-256 of its own for the rows that are loaded. */
export function opened(connection: Connection): Connection & DataSourceOptions {
  if (connection.type !== 'better-sqlite3') return connection;
  const prepareDatabase = (file: SqliteFile): void =>
    file.function('sha256', (text) => createHash('sha256').update(text).digest('hex'));
  return { ...connection, enableWAL: true, prepareDatabase };
}
