import { QueryFailedError, TypeORMError } from 'typeorm';
import { isError } from '../errors/is-error.js';
import {
  codeIn,
  type DriverError,
  type DriverErrors,
  lastName,
  type RefusalKind,
} from './dialects/driver-errors.js';
import { mysqlErrors } from './dialects/mysql.errors.js';
import { postgresErrors } from './dialects/postgres.errors.js';
import { sqliteErrors } from './dialects/sqlite.errors.js';

const DRIVERS: readonly DriverErrors[] = [sqliteErrors, mysqlErrors, postgresErrors];

/** Why a database refused a value, without the value itself. */
export interface DriverRefusal {
  kind: RefusalKind;
  table: string | undefined;
  constraint: string | undefined;
  /** Names of columns in the database; empty if the error names none. */
  columns: string[];
}

/** Returns why a database refused a value; `null` for every other error. */
export function refusalIn(error: unknown): DriverRefusal | null {
  const found = madeByDriver(error);
  const kind = found?.driver.kindOf(found.source);
  if (!found || !kind) return null;
  const { table, constraint, columns = [] } = found.driver.namesIn(found.source);
  return { kind, table: table ?? tableOf(error), constraint, columns };
}

/** Finds the driver that raised an error. */
function madeByDriver(error: unknown): { driver: DriverErrors; source: DriverError } | undefined {
  const source = driverErrorOf(error);
  if (!isError(source)) return undefined;
  const driver = DRIVERS.find((one) => one.made(source));
  return driver && { driver, source };
}

function tableOf(error: unknown): string | undefined {
  if (!(error instanceof QueryFailedError)) return undefined;
  const [, path] = /^(?:INSERT INTO|UPDATE|DELETE FROM) ([`"\w.]+)/.exec(error.query) ?? [];
  return path === undefined ? undefined : lastName(path.replaceAll(/[`"]/g, ''));
}

function driverErrorOf(error: unknown): unknown {
  return error instanceof QueryFailedError ? error.driverError : error;
}

function codeOf(error: unknown): string {
  const source = driverErrorOf(error);
  return isError(source) ? codeIn(source) : '';
}

/** Whether the database user lacks the permission to read something. */
export function isAccessError(error: unknown): boolean {
  const found = madeByDriver(error);
  return found?.driver.isAccessError(found.source) ?? false;
}

/**
 * Whether an error comes from TypeORM, a driver or the connection. Drivers' errors carry a code (`ECONNREFUSED`, `57P01`, …),
 * except those of pg about a lost connection. Node's programming errors have the code `ERR_…`.
 */
export function isDatabaseFailure(error: unknown): error is Error {
  if (error instanceof TypeORMError) return true;
  if (!isError(error)) return false;
  const code = codeOf(error);
  return code === '' ? /connection|timeout/i.test(error.message) : !code.startsWith('ERR_');
}

/** Whether a transaction failed only because of a concurrent one, so that a retry may succeed. */
export function isRepeatable(error: unknown): boolean {
  const found = madeByDriver(error);
  return found?.driver.isRepeatable(found.source) ?? false;
}

/** Whether the database sent this error as its answer; `false` if the connection was lost or a timeout passed. */
export function isServerResponse(error: unknown): boolean {
  if (error instanceof DatabaseError) return error.wasServerResponse;
  const found = madeByDriver(error);
  return found?.driver.isServerResponse(found.source) ?? false;
}

/** An error about a statement, without its values; see {@link redacted}. */
class DatabaseError extends Error {
  override readonly name = 'DatabaseError';

  constructor(
    message: string,
    /** Whether the database sent the error as its answer. */
    readonly wasServerResponse: boolean,
  ) {
    super(message);
  }
}

/**
 * Returns an error that is safe as the `cause` of an exception, which the host's logger prints. An error about a statement
 * contains the statement and its parameters, and its message may contain a value.
 */
export function redacted(error: Error): Error {
  const holdsValues =
    isAboutStatement(error) || ['sql', 'query', 'parameters', 'detail'].some((name) => name in error);
  if (!holdsValues) return error;
  const kept = new DatabaseError(
    `The database refused a statement: ${describeForLog(error)}`,
    isServerResponse(error),
  );
  kept.stack = `${kept.name}: ${kept.message}${framesOf(error)}`;
  return kept;
}

/** Describes an error for the log: its code, the names it is about, and the database's message if that contains no value. */
export function describeForLog(error: Error): string {
  const source = driverErrorOf(error);
  const names = refusalIn(error);
  const parts = [codeOf(error) || (isError(source) ? source.name : error.name)];
  // Other errors may contain the statement.
  if (!names && isAboutStatement(error)) parts.push(...safeMessage(error));
  if (names?.table) parts.push(`table ${names.table}`);
  if (names?.columns.length) parts.push(`column ${names.columns.join(', ')}`);
  if (names?.constraint) parts.push(`constraint ${names.constraint}`);
  return parts.join(', ');
}

/**
 * Returns the database's message, if it contains no value, and the tables of the statement. The tables are needed because
 * a message about a column names the alias instead of the table.
 */
function safeMessage(error: Error): string[] {
  const found = madeByDriver(error);
  if (!found?.driver.hasSafeMessage(found.source)) return [];
  const statement = error instanceof QueryFailedError ? error.query : '';
  const paths = statement.matchAll(/\b(?:FROM|JOIN|INTO|UPDATE) ((?:(?:"[^"]+"|`[^`]+`)\.?)+)/g);
  const names = new Set([...paths].map(([, path = '']) => lastName(path.replaceAll(/[`"]/g, ''))));
  const tables = names.size > 0 ? [`in a statement on ${[...names].join(', ')}`] : [];
  return [found.source.message, ...tables];
}

/**
 * Whether an error carries the database's own message about a statement. TypeORM 0.3 wraps it in no QueryFailedError where
 * SQLite does not know a table or a column.
 */
function isAboutStatement(error: Error): boolean {
  return error instanceof QueryFailedError || isSchemaError(error);
}

/** Whether a table or a column does not exist. */
export function isSchemaError(error: unknown): boolean {
  const found = madeByDriver(error);
  return found?.driver.isSchemaError(found.source) ?? false;
}

/** Returns the stack frames of an error without its message, which is at the start of the stack. */
function framesOf({ stack = '', message }: Error): string {
  const start = stack.indexOf(message);
  return start === -1 ? '' : stack.slice(start + message.length);
}
