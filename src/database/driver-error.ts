import { QueryFailedError, TypeORMError } from 'typeorm';

/** A unique index or a foreign key refused a write. */
export class ConstraintViolation extends Error {
  constructor(
    readonly kind: 'unique' | 'foreign key',
    cause: unknown,
  ) {
    super(`A ${kind} constraint was violated.`, { cause });
  }
}

const VIOLATIONS: Readonly<Record<string, ConstraintViolation['kind']>> = {
  SQLITE_CONSTRAINT_UNIQUE: 'unique',
  SQLITE_CONSTRAINT_PRIMARYKEY: 'unique',
  ER_DUP_ENTRY: 'unique',
  23505: 'unique',
  SQLITE_CONSTRAINT_FOREIGNKEY: 'foreign key',
  ER_NO_REFERENCED_ROW_2: 'foreign key',
  23503: 'foreign key',
};

/**
 * Deadlocks and failed serialization: SQLSTATE 40001 and 40P01 on PostgreSQL, 1213 on MySQL; 1020 is what MariaDB says with
 * `innodb_snapshot_isolation`.
 */
const REPEATABLE: ReadonlySet<string> = new Set(['40001', '40P01', 'ER_LOCK_DEADLOCK', 'ER_CHECKREAD']);

/** What a driver's error means, where a constraint refused a write; `null` for every other error. */
export function violationOf(error: unknown): ConstraintViolation | null {
  const kind = VIOLATIONS[codeOf(error)];
  return kind ? new ConstraintViolation(kind, error) : null;
}

/** The code of a driver's error; empty when it has none. */
export function codeOf(error: unknown): string {
  const source: unknown = error instanceof QueryFailedError ? error.driverError : error;
  return source instanceof Error && 'code' in source ? String(source.code) : '';
}

/**
 * A driver's error carries a code (`ECONNREFUSED`, `57P01`, …), but for those of pg about a lost connection; Node's
 * programming errors are `ERR_…`.
 */
export function isDatabaseFailure(error: unknown): error is Error {
  if (error instanceof TypeORMError) return true;
  if (!(error instanceof Error)) return false;
  const code = codeOf(error);
  return code === '' ? /connection|timeout/i.test(error.message) : !code.startsWith('ERR_');
}

/** Whether a transaction failed only because others ran at the same time, so that it may succeed when it is repeated. */
export function isRepeatable(error: unknown): boolean {
  return REPEATABLE.has(codeOf(error));
}

/** Whether the database has answered with this error; otherwise the connection is lost, or the answer was not waited for. */
export function isAnswer(error: unknown): boolean {
  const source: unknown = error instanceof QueryFailedError ? error.driverError : error;
  if (!(source instanceof Error)) return false;
  if ('severity' in source) return source.severity === 'ERROR';
  return 'sqlState' in source || codeOf(error).startsWith('SQLITE_');
}
