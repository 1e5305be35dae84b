import { HttpException, Logger } from '@nestjs/common';
import { type DataSource, type EntityManager, QueryFailedError, TypeORMError } from 'typeorm';
import { ServiceUnavailableException } from '../auth.exceptions.js';
import { type Connections, PooledConnections } from './connections.js';
import { HostTransaction } from './host-transaction.js';
import { SqliteConnections } from './sqlite-connections.js';
import { type FollowUp, TransactionScope } from './transaction-scope.js';
import type { WriteAheadLog } from './write-ahead-log.js';

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

const DEADLOCKS: ReadonlySet<string> = new Set(['40P01', '40001', 'ER_LOCK_DEADLOCK']);

const SINGLE_CONNECTION: ReadonlySet<string> = new Set(['better-sqlite3', 'sqljs']);

const ATTEMPTS = 3;

type Work<T> = (manager: EntityManager) => Promise<T>;

/**
 * The host's data source as this module uses it. A failing database becomes a
 * {@link ServiceUnavailableException}, a refused write a {@link ConstraintViolation}.
 */
export class Database {
  private readonly logger = new Logger('AuthModule');
  private readonly connections: Connections;
  private readonly sqlite: SqliteConnections | undefined;

  constructor(readonly dataSource: DataSource) {
    if (SINGLE_CONNECTION.has(dataSource.options.type)) this.sqlite = SqliteConnections.of(dataSource);
    this.connections = this.sqlite ?? new PooledConnections(dataSource);
  }

  /** Whether the caller runs inside of a transaction of this module, whose connection it has to use. */
  get isInTransaction(): boolean {
    return TransactionScope.current(this.dataSource) !== undefined;
  }

  /** Runs statements that only read. */
  run<T>(work: Work<T>): Promise<T> {
    const scope = TransactionScope.current(this.dataSource);
    return this.translated(() => (scope ? scope.join(work) : this.connections.read(work)));
  }

  /** Runs one statement that writes. */
  write<T>(work: Work<T>): Promise<T> {
    const scope = TransactionScope.current(this.dataSource);
    if (scope) return this.transaction(work);
    return this.translated(() => this.connections.write(({ manager }) => work(manager)));
  }

  /** Runs statements that stand or fall together; a deadlock is tried again, twice at most. */
  async transaction<T>(work: Work<T>): Promise<T> {
    const scope = TransactionScope.current(this.dataSource);
    if (!scope) return this.ownTransaction(work, (begin) => this.connections.write(begin));
    if (!scope.hasBegun) throw new Error('A subscriber cannot write before the transaction has begun.');
    return this.translated(() =>
      scope.join(work, () => this.ownTransaction(work, (begin) => begin(scope.runner))),
    );
  }

  private async ownTransaction<T>(work: Work<T>, on: Connections['write']): Promise<T> {
    let scope: TransactionScope | undefined;
    let isCommitted = false;
    try {
      const result = await this.translated(() =>
        this.retried(() =>
          on((runner) => {
            scope = new TransactionScope(runner);
            return this.committed(scope, work);
          }),
        ),
      );
      isCommitted = true;
      return result;
    } finally {
      for (const { run } of scope?.takeFollowUps(isCommitted) ?? []) await run();
    }
  }

  /**
   * Runs work of which all that uses this module takes part in a transaction of the host.
   *
   * @param manager the host's
   */
  async within<T>({ dataSource, queryRunner }: EntityManager, work: () => Promise<T>): Promise<T> {
    if (dataSource !== this.dataSource || !queryRunner?.isTransactionActive) {
      throw new Error(
        'SsoUserService.within() needs the EntityManager of a transaction that is open, on the data source of AuthModule: ' +
          'dataSource.transaction((manager) => users.within(manager, async () => …)).',
      );
    }
    // What is called within a transaction of this module takes part in it anyway.
    const isPart = TransactionScope.current(dataSource)?.runner === queryRunner;
    return isPart ? work() : HostTransaction.on(queryRunner).takeIn(work);
  }

  /** Has something done once the transaction of `manager` is committed, and never if it is not. */
  afterCommit(manager: EntityManager, run: FollowUp['run']): void {
    const scope = TransactionScope.of(manager);
    if (!scope) throw new Error('afterCommit() needs the manager of a transaction.');
    scope.add({ run, always: false });
  }

  /** Has something done that must not be undone with the transaction that the caller runs inside of, if any. */
  async afterEnd(run: FollowUp['run']): Promise<void> {
    const scope = TransactionScope.current(this.dataSource);
    if (scope) scope.add({ run, always: true });
    else await run();
  }

  /** Runs something that the caller does not wait for, so that it must not join the caller's transaction. */
  outside<T>(work: () => T): T {
    return TransactionScope.outside(work);
  }

  /** SQLite's log, for a long row of writes; `null` where it needs no care. */
  writeAheadLog(): WriteAheadLog | null {
    return this.sqlite?.writeAheadLog() ?? null;
  }

  private committed<T>(scope: TransactionScope, work: Work<T>): Promise<T> {
    const { runner } = scope;
    return scope.run(async (manager) => {
      try {
        await runner.startTransaction();
        scope.hasBegun = true;
        const result = await work(manager);
        await runner.commitTransaction();
        return result;
      } catch (error) {
        try {
          await runner.rollbackTransaction();
        } catch {
          await this.connections.discard(runner);
        }
        throw error;
      }
    });
  }

  private async retried<T>(work: () => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await work();
      } catch (error) {
        if (attempt === ATTEMPTS || !DEADLOCKS.has(codeOf(error))) throw error;
      }
    }
  }

  private async translated<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      const code = codeOf(error);
      const violation = VIOLATIONS[code];
      if (violation) throw new ConstraintViolation(violation, error);
      if (error instanceof HttpException || !isDatabaseFailure(error, code)) throw error;
      this.logger.error(`The database failed: ${code || error.name}`);
      throw new ServiceUnavailableException('database', error);
    }
  }
}

function codeOf(error: unknown): string {
  const source: unknown = error instanceof QueryFailedError ? error.driverError : error;
  return source instanceof Error && 'code' in source ? String(source.code) : '';
}

/**
 * A driver's error carries a code (`ECONNREFUSED`, `57P01`, …), but for those of pg about a lost connection; Node's
 * programming errors are `ERR_…`.
 */
function isDatabaseFailure(error: unknown, code: string): error is Error {
  if (error instanceof TypeORMError) return true;
  if (!(error instanceof Error)) return false;
  return code === '' ? /connection|timeout/i.test(error.message) : !code.startsWith('ERR_');
}
