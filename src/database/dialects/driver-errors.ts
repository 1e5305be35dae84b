/** Why a database did not take a value: `rule` is a check, an exclusion constraint or a trigger, `data` the type of the column. */
export type RefusalKind = 'unique' | 'foreign key' | 'not null' | 'rule' | 'data';

/** What an error says that it is about; never a value. */
interface ErrorNames {
  table?: string | undefined;
  constraint?: string | undefined;
  /** Names of columns in the database; absent where it does not say. */
  columns?: string[] | undefined;
}

/** A driver's error. */
export interface DriverError extends Error {
  code?: unknown;
}

/** How the driver of one kind of database tells of errors. They come without the data source that they are of. */
export interface DriverErrors {
  /** Whether the driver has made this error. */
  made(error: DriverError): boolean;
  /** Why a value was not taken, if that is what the error says. */
  kindOf(error: DriverError): RefusalKind | undefined;
  namesIn(error: DriverError): ErrorNames;
  /** Whether a transaction failed only because others ran at the same time. */
  isRepeatable(error: DriverError): boolean;
  /** Whether the user of the connection may not read something. */
  isAccessError(error: DriverError): boolean;
  /** Whether a table or a column is not there. */
  isSchemaError(error: DriverError): boolean;
  /** Whether the database has answered with this error, which leaves the connection as it was. */
  isAnswer(error: DriverError): boolean;
  /** Whether the message is about the schema or the server, and holds no value. */
  saysNoValue(error: DriverError): boolean;
}

/** A property of an error, where it is a text. */
export function textIn(error: object, property: string): string | undefined {
  const value: unknown = Reflect.get(error, property);
  return typeof value === 'string' ? value : undefined;
}

/** The code of an error; empty when it has none. */
export function codeIn(error: DriverError): string {
  return error.code === undefined ? '' : String(error.code);
}

export function lastName(path: string): string {
  return path.slice(path.lastIndexOf('.') + 1);
}
