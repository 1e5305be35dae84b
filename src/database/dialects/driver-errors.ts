/**
 * Why a database refused a value. `rule` is a check, an exclusion constraint or a trigger; `data` is a value that does not
 * fit the type of the column.
 */
export type RefusalKind = 'unique' | 'foreign key' | 'not null' | 'rule' | 'data';

/** Names that an error mentions; never a value. */
interface ErrorNames {
  table?: string | undefined;
  constraint?: string | undefined;
  /** Names of columns in the database; absent if the error names none. */
  columns?: string[] | undefined;
}

/** An error of a database driver. */
export interface DriverError extends Error {
  code?: unknown;
}

/** Reads the errors of one driver. An error does not say which data source it comes from, so each driver recognizes its own. */
export interface DriverErrors {
  /** Whether this driver raised the error. */
  made(error: DriverError): boolean;
  /** Returns why a value was refused; `undefined` if the error is about something else. */
  kindOf(error: DriverError): RefusalKind | undefined;
  namesIn(error: DriverError): ErrorNames;
  /** Whether a transaction failed only because of a concurrent one. */
  isRepeatable(error: DriverError): boolean;
  /** Whether the database user lacks the permission to read something. */
  isAccessError(error: DriverError): boolean;
  /** Whether a table or a column does not exist. */
  isSchemaError(error: DriverError): boolean;
  /** Whether the database sent this error as its answer, which means that the connection still works. */
  isServerResponse(error: DriverError): boolean;
  /** Whether the message is about the schema or the server, and contains no value. */
  hasSafeMessage(error: DriverError): boolean;
}

/** Returns a property of an error if it is a string. */
export function textIn(error: object, property: string): string | undefined {
  const value: unknown = Reflect.get(error, property);
  return typeof value === 'string' ? value : undefined;
}

/** Returns the code of an error; empty if it has none. */
export function codeIn(error: DriverError): string {
  return error.code === undefined ? '' : String(error.code);
}

export function lastName(path: string): string {
  return path.slice(path.lastIndexOf('.') + 1);
}
