import { type DataSource, QueryFailedError, type QueryRunner } from 'typeorm';
import { isError } from '../../../errors/is-error.js';

/** What is used of better-sqlite3, which brings no types. */
export interface SqliteConnection {
  open: boolean;
  inTransaction: boolean;
  exec(statements: string): unknown;
  pragma(source: string, options: { simple: true }): unknown;
  pragma(source: 'database_list'): { name: string; file: string }[];
  prepare(statement: string): { pluck(): { get(): unknown } };
  close(): void;
}

/** What is used of TypeORM's drivers for SQLite; `createDatabaseConnection` is protected. */
export interface SqliteDriver {
  options: { type: string; timeout?: number };
  databaseConnection?: SqliteConnection;
  attachedDatabases: object;
  createQueryRunner(mode: string): QueryRunner;
  createDatabaseConnection(): Promise<SqliteConnection>;
  disconnect(): Promise<void>;
}

export function driverOf({ driver }: DataSource): SqliteDriver {
  return driver as unknown as SqliteDriver;
}

/** The path of a database; empty = it is in memory. */
export function fileOf(connection: SqliteConnection): string {
  return connection.pragma('database_list').find(({ name }) => name === 'main')?.file ?? '';
}

/** Whether a second connection finds the same database. */
export function isForTwo(
  { options, attachedDatabases }: SqliteDriver,
  connection: SqliteConnection,
): boolean {
  return (
    options.type === 'better-sqlite3' &&
    connection.open &&
    fileOf(connection) !== '' &&
    Object.keys(attachedDatabases).length === 0 &&
    connection.pragma('locking_mode', { simple: true }) !== 'exclusive'
  );
}

/** Whether another connection has a lock. */
export function isBusy(error: unknown): boolean {
  const source: unknown = error instanceof QueryFailedError ? error.driverError : error;
  return isError(source) && 'code' in source && String(source.code).startsWith('SQLITE_BUSY');
}
