import { codeIn, type DriverErrors, type RefusalKind, textIn } from './driver-errors.js';

/** Kinds by error number, because mysql2 has no names for some of MariaDB's errors. */
const KINDS: ReadonlyMap<unknown, RefusalKind> = new Map([
  [1062, 'unique'],
  [1586, 'unique'],
  [1216, 'foreign key'],
  [1217, 'foreign key'],
  [1451, 'foreign key'],
  [1452, 'foreign key'],
  [1048, 'not null'],
  [1364, 'not null'],
  [1369, 'rule'],
  [1644, 'rule'],
  [3819, 'rule'],
  [4025, 'rule'],
  [1265, 'data'],
  [1267, 'data'],
  [1300, 'data'],
  [3854, 'data'],
  [3988, 'data'],
]);

/** Patterns for the names in a message. A value can only appear before the part that they match. */
const NAMES: readonly RegExp[] = [
  / for key '(?:[^'.]+\.)?(?<constraint>[^'.]+)'$/,
  /^(?:Column|Field) '(?<column>[^']+)' (?:cannot be null|doesn't have a default value)$/,
  / for column (?:`[^`]*`\.`[^`]*`\.)?['`](?<column>[^'`]+)['`] at row \d+$/,
  /a child row: a foreign key constraint fails \(`[^`]*`\.`(?<table>[^`]+)`, CONSTRAINT `(?<constraint>[^`]+)` FOREIGN KEY \(`(?<column>[^`]+)`\)/,
  /^Check constraint '(?<constraint>[^']+)' is violated\.$/,
  /^CONSTRAINT `(?:[^`.]+\.)?(?<constraint>[^`]+)` failed for `[^`]*`\.`(?<table>[^`]+)`$/,
];

/** SQLSTATE for a table or a column that does not exist. */
const NO_SUCH = /^42S(?:02|22)$/;

export const mysqlErrors: DriverErrors = {
  made: (error) => textIn(error, 'sqlState') !== undefined || codeIn(error).startsWith('ER_'),
  kindOf: (error) => {
    const state = textIn(error, 'sqlState') ?? '';
    const kind = KINDS.get(Reflect.get(error, 'errno'));
    return kind ?? (/^22[0-9A-Z]{3}$/.test(state) ? 'data' : undefined);
  },
  namesIn: ({ message }) => {
    const { table, constraint, column } =
      NAMES.map((pattern) => pattern.exec(message)?.groups).find((found) => found) ?? {};
    return { table, constraint, columns: column === undefined ? undefined : [column] };
  },
  // A deadlock, and MariaDB's error for a write conflict with `innodb_snapshot_isolation`.
  isRepeatable: (error) => ['ER_LOCK_DEADLOCK', 'ER_CHECKREAD'].includes(codeIn(error)),
  isAccessError: (error) => /^ER_(?:TABLE|COLUMN)ACCESS_DENIED_ERROR$/.test(codeIn(error)),
  isSchemaError: (error) => NO_SUCH.test(textIn(error, 'sqlState') ?? ''),
  isServerResponse: (error) => 'sqlState' in error,
  // Other messages may quote the statement, in which mysql2 writes the values.
  hasSafeMessage: (error) => NO_SUCH.test(textIn(error, 'sqlState') ?? ''),
};
