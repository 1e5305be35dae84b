import { QueryFailedError, TypeORMError } from 'typeorm';
import { isError } from '../errors/is-error.js';

/** Why a database did not take a value: `rule` is a check, an exclusion constraint or a trigger, `data` the type of the column. */
type RefusalKind = 'unique' | 'foreign key' | 'not null' | 'rule' | 'data';

/** What a database says of a value that it did not take; never the value. */
export interface DriverRefusal {
  kind: RefusalKind;
  table: string | undefined;
  constraint: string | undefined;
  /** Names of columns in the database; empty where it does not say. */
  columns: string[];
}

/** By SQLite's extended result code, PostgreSQL's SQLSTATE, or MySQL's and MariaDB's error number. */
const KINDS: Readonly<Record<string, RefusalKind>> = {
  SQLITE_CONSTRAINT_UNIQUE: 'unique',
  SQLITE_CONSTRAINT_PRIMARYKEY: 'unique',
  SQLITE_CONSTRAINT_ROWID: 'unique',
  SQLITE_CONSTRAINT_FOREIGNKEY: 'foreign key',
  SQLITE_CONSTRAINT_NOTNULL: 'not null',
  SQLITE_CONSTRAINT_CHECK: 'rule',
  SQLITE_CONSTRAINT_TRIGGER: 'rule',
  SQLITE_CONSTRAINT_DATATYPE: 'data',
  SQLITE_MISMATCH: 'data',
  SQLITE_TOOBIG: 'data',

  23505: 'unique',
  23503: 'foreign key',
  23001: 'foreign key',
  23502: 'not null',
  23514: 'rule',
  '23P01': 'rule',
  23000: 'rule',
  44000: 'rule',
  P0001: 'rule',

  1062: 'unique',
  1586: 'unique',
  1216: 'foreign key',
  1217: 'foreign key',
  1451: 'foreign key',
  1452: 'foreign key',
  1048: 'not null',
  1364: 'not null',
  1369: 'rule',
  1644: 'rule',
  3819: 'rule',
  4025: 'rule',
  1265: 'data',
  1267: 'data',
  1300: 'data',
  3854: 'data',
  3988: 'data',
};

/**
 * Deadlocks and failed serialization: SQLSTATE 40001 and 40P01 on PostgreSQL, 1213 on MySQL; 1020 is what MariaDB says with
 * `innodb_snapshot_isolation`.
 */
const REPEATABLE: ReadonlySet<string> = new Set(['40001', '40P01', 'ER_LOCK_DEADLOCK', 'ER_CHECKREAD']);

/** What the text of an error names, by the driver that wrote it. A value in it ends before what is looked for. */
const NAMES: readonly RegExp[] = [
  // SQLite
  /^(?:UNIQUE|NOT NULL) constraint failed: (?<list>.+)$/,
  /^CHECK constraint failed: (?<constraint>.+)$/,
  // MySQL and MariaDB
  / for key '(?:[^'.]+\.)?(?<constraint>[^'.]+)'$/,
  /^(?:Column|Field) '(?<column>[^']+)' (?:cannot be null|doesn't have a default value)$/,
  / for column (?:`[^`]*`\.`[^`]*`\.)?['`](?<column>[^'`]+)['`] at row \d+$/,
  /a child row: a foreign key constraint fails \(`[^`]*`\.`(?<table>[^`]+)`, CONSTRAINT `(?<constraint>[^`]+)` FOREIGN KEY \(`(?<column>[^`]+)`\)/,
  /^Check constraint '(?<constraint>[^']+)' is violated\.$/,
  /^CONSTRAINT `(?:[^`.]+\.)?(?<constraint>[^`]+)` failed for `[^`]*`\.`(?<table>[^`]+)`$/,
];

/** What a driver's error says of a value that was not taken; `null` for every other error. */
export function refusalIn(error: unknown): DriverRefusal | null {
  const source = driverErrorOf(error);
  if (!isError(source)) return null;
  const kind = kindOf(source);
  if (!kind) return null;
  const groups = NAMES.map((pattern) => pattern.exec(source.message)?.groups).find((found) => found) ?? {};
  const { list, column = textIn(source, 'column') } = groups;
  return {
    kind,
    table: textIn(source, 'table') ?? groups['table'] ?? tableOf(error),
    constraint: textIn(source, 'constraint') ?? groups['constraint'],
    columns: list?.split(', ').map(lastName) ?? (column === undefined ? keyColumns(source) : [column]),
  };
}

function kindOf(source: Error): RefusalKind | undefined {
  // SQLite's own way to keep a parent row.
  if (source.message === 'FOREIGN KEY constraint failed') return 'foreign key';
  const code = textIn(source, 'code') ?? '';
  const state = textIn(source, 'sqlState');
  // mysql2 does not know some of MariaDB's numbers by their names.
  const kind = KINDS[state === undefined ? code : String('errno' in source && source.errno)];
  return kind ?? (/^22[0-9A-Z]{3}$/.test(state ?? code) ? 'data' : undefined);
}

/** PostgreSQL names the columns of a key in the detail alone, before their values. */
function keyColumns(source: Error): string[] {
  const [, list] = /^[^(]*\(([^()]+)\)=\(/.exec(textIn(source, 'detail') ?? '') ?? [];
  return list?.split(', ').map((name) => name.replaceAll('"', '')) ?? [];
}

function tableOf(error: unknown): string | undefined {
  if (!(error instanceof QueryFailedError)) return undefined;
  const [, path] = /^(?:INSERT INTO|UPDATE|DELETE FROM) ([`"\w.]+)/.exec(error.query) ?? [];
  return path === undefined ? undefined : lastName(path.replaceAll(/[`"]/g, ''));
}

function lastName(path: string): string {
  return path.slice(path.lastIndexOf('.') + 1);
}

function textIn(source: object, property: string): string | undefined {
  const value: unknown = Reflect.get(source, property);
  return typeof value === 'string' ? value : undefined;
}

function driverErrorOf(error: unknown): unknown {
  return error instanceof QueryFailedError ? error.driverError : error;
}

/** The code of a driver's error; empty when it has none. */
function codeOf(error: unknown): string {
  const source = driverErrorOf(error);
  return isError(source) && 'code' in source ? String(source.code) : '';
}

/** Whether the database says that the user of the connection may not read something. */
export function isAccessError(error: unknown): boolean {
  return /^(?:42501|ER_(?:TABLE|COLUMN)ACCESS_DENIED_ERROR)$/.test(codeOf(error));
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
  return REPEATABLE.has(codeOf(error));
}

/** Whether the database has answered with this error; otherwise the connection is lost, or the answer was not waited for. */
export function isAnswer(error: unknown): boolean {
  if (error instanceof DatabaseError) return error.wasAnswered;
  const source = driverErrorOf(error);
  if (!isError(source)) return false;
  if ('severity' in source) return source.severity === 'ERROR';
  return 'sqlState' in source || codeOf(error).startsWith('SQLITE_');
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
  if (!names && error instanceof QueryFailedError && isError(source) && saysNoValue(source))
    parts.push(source.message, ...tablesOf(error));
  if (names?.table) parts.push(`table ${names.table}`);
  if (names?.columns.length) parts.push(`column ${names.columns.join(', ')}`);
  if (names?.constraint) parts.push(`constraint ${names.constraint}`);
  return parts.join(', ');
}

/** The tables of the statement that failed: of a column, databases name the alias. */
function tablesOf(error: QueryFailedError): string[] {
  const paths = error.query.matchAll(/\b(?:FROM|JOIN|INTO|UPDATE) ((?:(?:"[^"]+"|`[^`]+`)\.?)+)/g);
  const names = new Set([...paths].map(([, path = '']) => lastName(path.replaceAll(/[`"]/g, ''))));
  return names.size > 0 ? [`in a statement on ${[...names].join(', ')}`] : [];
}

/** Whether the database says that a table or a column is not there. */
export function isSchemaError(error: unknown): boolean {
  const source = driverErrorOf(error);
  if (!isError(source)) return false;
  const state = textIn(source, 'sqlState') ?? textIn(source, 'code') ?? '';
  return /^(?:42P01|42703|42S02|42S22)$/.test(state) || /^no such (?:table|column)\b/.test(source.message);
}

/** Of PostgreSQL: about names, rights, connections and resources. */
const VALUELESS_STATES = /^(?:08|25|28|3D|3F|42|53|55|57|58)...$/;

/** Whether the message is about the schema or the server: SQLite and PostgreSQL never see a value in a statement. */
function saysNoValue(source: Error): boolean {
  const code = textIn(source, 'code') ?? '';
  const state = textIn(source, 'sqlState');
  // Of MySQL: a table or a column that is not there. Its statements hold the values.
  if (state !== undefined) return /^42S(?:02|22)$/.test(state);
  return code.startsWith('SQLITE_') || VALUELESS_STATES.test(code);
}

/** Where an error came from, without its message, which is the head of its stack. */
function framesOf({ stack = '', message }: Error): string {
  const start = stack.indexOf(message);
  return start === -1 ? '' : stack.slice(start + message.length);
}
