import type { DataSource, EntityMetadata } from 'typeorm';
import { DataConflictException } from './database.exceptions.js';
import { InvalidFieldException } from '../input/input.exceptions.js';
import { wireName } from '../input/check-input.js';
import { isError } from '../errors/is-error.js';
import { translatable } from '../messages/phrase.js';
import { type DriverRefusal, refusalIn, redacted } from './driver-error.js';

/** A constraint of a table refused a write. If no caller catches the error, it is answered with 409. */
export class ConstraintViolation extends DataConflictException {
  constructor(
    readonly kind: 'unique' | 'foreign key' | 'rule',
    field: string | undefined,
    cause: Error,
  ) {
    super(field, cause);
  }
}

/** This module gave no value to a column that is NOT NULL. */
export class MissingValueError extends Error {
  /** @param property of the entity; `undefined` if TypeORM does not know the column */
  constructor(
    column: string,
    private readonly property: string | undefined,
    private readonly field: string | undefined,
    cause: Error,
  ) {
    super(
      `The column ${column} is NOT NULL, and this module gives it no value. Give it a default in the database, or make it nullable.`,
      { cause },
    );
  }

  /** Whether the column is empty because `values` set it to `null`, and not because this module does not know it. */
  isOf(values: object): boolean {
    return this.property !== undefined && Reflect.get(values, this.property) === null;
  }

  /** Returns the error for a caller that set the value to `null`. */
  asConflict(): DataConflictException {
    return new DataConflictException(this.field, this.cause);
  }
}

/** Returns the exception for a value that the database refused; `null` for every other error. */
export function writeRefusal(error: unknown, dataSource: DataSource): Error | null {
  const refusal = refusalIn(error);
  if (!refusal || !isError(error)) return null;
  const cause = redacted(error);
  const { kind, table } = refusal;
  const name = columnOf(refusal, dataSource);
  const column =
    name === undefined ? undefined : metadataOf(table, dataSource)?.findColumnWithDatabaseName(name);
  const field = column ? fieldOf(column) : name;
  if (kind === 'data') return invalidValue(field ?? '');
  if (kind === 'not null')
    return new MissingValueError(`${table}.${name}`, column?.propertyName, field, cause);
  return new ConstraintViolation(kind, field, cause);
}

/** Returns the column that a constraint is about; `undefined` if there are several or none. */
function columnOf({ table, constraint, columns }: DriverRefusal, dataSource: DataSource): string | undefined {
  const metadata = metadataOf(table, dataSource);
  const names =
    columns.length > 0
      ? columns
      : [...(metadata?.indices ?? []), ...(metadata?.uniques ?? []), ...(metadata?.foreignKeys ?? [])]
          .find(({ name }) => name === constraint)
          ?.columns.map(({ databaseName }) => databaseName);
  // MariaDB gives the check of a column the name of the column.
  const [name, ...others] =
    names ??
    metadata?.columns.map(({ databaseName }) => databaseName).filter((one) => one === constraint) ??
    [];
  return others.length === 0 ? name : undefined;
}

function metadataOf(table: string | undefined, { entityMetadatas }: DataSource): EntityMetadata | undefined {
  return entityMetadatas.find(({ tableName }) => tableName === table);
}

/** Returns the field's name in JSON. For a key column it is the name that the key is derived from. */
function fieldOf({ propertyName }: EntityMetadata['columns'][number]): string {
  return wireName(propertyName.replace(/^(username|email)Key$/, '$1'));
}

function invalidValue(field: string): InvalidFieldException {
  return new InvalidFieldException([
    translatable({ field, code: 'invalid_field' }, { key: 'error.invalid_field.unstorable' }),
  ]);
}
