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

/** What a database says of a value that it did not take; never the value. */
export interface DriverRefusal {
  kind: RefusalKind;
  table: string | undefined;
  constraint: string | undefined;
  /** Names of columns in the database; empty where it does not say. */
  columns: string[];
}

/** What a driver's error says of a value that was not taken; `null` for every other error. */
export function refusalIn(error: unknown): DriverRefusal | null {
  const found = madeByDriver(error);
  const kind = found?.driver.kindOf(found.source);
  if (!found || !kind) return null;
  const { table, constraint, columns = [] } = found.driver.namesIn(found.source);
  return { kind, table: table ?? tableOf(error), constraint, columns };
}

/** The error of a driver, and how to read it. */
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

/** Whether the database says that the user of the connection may not read something. */
export function isAccessError(error: unknown): boolean {
  const found = madeByDriver(error);
  return found?.driver.isAccessError(found.source) ?? false;
}

/**
 * A driver's error carries a code (`ECONNREFUSED`, `57P01`, …), but for those of pg about a lost connection; Node's
 * programming errors are `ERR_…`.
 */
export function isDatabaseFailure(error: unknown): error is Error {
  if (error instanceof TypeORMError) return true;
  if (!isError(error)) return false;
  const code = codeOf(error);
  return code === '' ? /connection|timeout/i.test(error.message) : !code.startsWith('ERR_');
}

/** Whether a transaction failed only because others ran at the same time, so that it may succeed when it is repeated. */
export function isRepeatable(error: unknown): boolean {
  const found = madeByDriver(error);
  return found?.driver.isRepeatable(found.source) ?? false;
}

/** Whether the database has answered with this error; otherwise the connection is lost, or the answer was not waited for. */
export function isAnswer(error: unknown): boolean {
  if (error instanceof DatabaseError) return error.wasAnswered;
  const found = madeByDriver(error);
  return found?.driver.isAnswer(found.source) ?? false;
}

/** An error about a statement without its values; see {@link withoutValues}. */
class DatabaseError extends Error {
  override readonly name = 'DatabaseError';

  constructor(
    message: string,
    /** Whether the database has answered with it. */
    readonly wasAnswered: boolean,
  ) {
    super(message);
  }
}

/**
 * What may be kept of an error as a cause, which the host's logger prints: an error about a statement holds the
 * statement and its parameters, and its message may hold a value.
 */
export function withoutValues(error: Error): Error {
  const holdsValues =
    error instanceof QueryFailedError ||
    ['sql', 'query', 'parameters', 'detail'].some((name) => name in error);
  if (!holdsValues) return error;
  const kept = new DatabaseError(`The database refused a statement: ${reasonOf(error)}`, isAnswer(error));
  kept.stack = `${kept.name}: ${kept.message}${framesOf(error)}`;
  return kept;
}

/** What may be logged of an error: its code, the names it is about, and the database's own words where they hold no value. */
export function reasonOf(error: Error): string {
  const source = driverErrorOf(error);
  const names = refusalIn(error);
  const parts = [codeOf(error) || (isError(source) ? source.name : error.name)];
  // Only what the driver says to TypeORM is known to be the database's own; others write the statement into it.
  if (!names && error instanceof QueryFailedError) parts.push(...ownWords(error));
  if (names?.table) parts.push(`table ${names.table}`);
  if (names?.columns.length) parts.push(`column ${names.columns.join(', ')}`);
  if (names?.constraint) parts.push(`constraint ${names.constraint}`);
  return parts.join(', ');
}

/** The database's own words, where they hold no value, and the tables of the statement: of a column, databases name the alias. */
function ownWords(error: QueryFailedError): string[] {
  const found = madeByDriver(error);
  if (!found?.driver.saysNoValue(found.source)) return [];
  const paths = error.query.matchAll(/\b(?:FROM|JOIN|INTO|UPDATE) ((?:(?:"[^"]+"|`[^`]+`)\.?)+)/g);
  const names = new Set([...paths].map(([, path = '']) => lastName(path.replaceAll(/[`"]/g, ''))));
  const tables = names.size > 0 ? [`in a statement on ${[...names].join(', ')}`] : [];
  return [found.source.message, ...tables];
}

/** Whether the database says that a table or a column is not there. */
export function isSchemaError(error: unknown): boolean {
  const found = madeByDriver(error);
  return found?.driver.isSchemaError(found.source) ?? false;
}

/** Where an error came from, without its message, which is the head of its stack. */
function framesOf({ stack = '', message }: Error): string {
  const start = stack.indexOf(message);
  return start === -1 ? '' : stack.slice(start + message.length);
}
