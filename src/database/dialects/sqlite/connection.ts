import { type DataSource, QueryFailedError, type QueryRunner } from 'typeorm';
import { isError } from '../../../errors/is-error.js';

/** The part of better-sqlite3 that this module uses; the package has no types. */
export interface SqliteConnection {
  open: boolean;
  inTransaction: boolean;
  exec(statements: string): unknown;
  pragma(source: string, options: { simple: true }): unknown;
  pragma(source: 'database_list'): { name: string; file: string }[];
  prepare(statement: string): { pluck(): { get(): unknown } };
  close(): void;
}

/** The part of TypeORM's SQLite drivers that this module uses; `createDatabaseConnection` is protected there. */
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

/** Returns the path of the database; empty if it is in memory. */
export function fileOf(connection: SqliteConnection): string {
  return connection.pragma('database_list').find(({ name }) => name === 'main')?.file ?? '';
}

/** Whether a second connection can open the same database. */
export function canBeShared(
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

/** Whether a statement failed because another connection holds a lock. */
export function isBusy(error: unknown): boolean {
  const source: unknown = error instanceof QueryFailedError ? error.driverError : error;
  return isError(source) && 'code' in source && String(source.code).startsWith('SQLITE_BUSY');
}
