import { codeIn, type DriverErrors, lastName, type RefusalKind } from './driver-errors.js';

/** Kinds by extended result code. */
const KINDS: ReadonlyMap<string, RefusalKind> = new Map([
  ['SQLITE_CONSTRAINT_UNIQUE', 'unique'],
  ['SQLITE_CONSTRAINT_PRIMARYKEY', 'unique'],
  ['SQLITE_CONSTRAINT_ROWID', 'unique'],
  ['SQLITE_CONSTRAINT_FOREIGNKEY', 'foreign key'],
  ['SQLITE_CONSTRAINT_NOTNULL', 'not null'],
  ['SQLITE_CONSTRAINT_CHECK', 'rule'],
  ['SQLITE_CONSTRAINT_TRIGGER', 'rule'],
  ['SQLITE_CONSTRAINT_DATATYPE', 'data'],
  ['SQLITE_MISMATCH', 'data'],
  ['SQLITE_TOOBIG', 'data'],
]);

/** For a parent row with ON DELETE RESTRICT, SQLite sends this message with the code of a trigger. */
const FOREIGN_KEY_MESSAGE = 'FOREIGN KEY constraint failed';
const NO_SUCH = /^no such (?:table|column)\b/;
const COLUMNS = /^(?:UNIQUE|NOT NULL) constraint failed: (.+)$/;
const CHECK = /^CHECK constraint failed: (.+)$/;

/** Errors of better-sqlite3, which have codes, and of sql.js, which have none. */
export const sqliteErrors: DriverErrors = {
  made: (error) =>
    codeIn(error).startsWith('SQLITE_') ||
    error.message === FOREIGN_KEY_MESSAGE ||
    NO_SUCH.test(error.message),
  kindOf: (error) => (error.message === FOREIGN_KEY_MESSAGE ? 'foreign key' : KINDS.get(codeIn(error))),
  namesIn: ({ message }) => ({
    columns: COLUMNS.exec(message)?.[1]?.split(', ').map(lastName),
    constraint: CHECK.exec(message)?.[1],
  }),
  // SQLite has one writer at a time, and SqliteConnections makes the others wait for it.
  isRepeatable: () => false,
  isAccessError: () => false,
  isSchemaError: ({ message }) => NO_SUCH.test(message),
  isServerResponse: (error) => codeIn(error).startsWith('SQLITE_'),
  // better-sqlite3 gets the values as parameters, apart from the statement.
  hasSafeMessage: (error) => codeIn(error).startsWith('SQLITE_'),
};
