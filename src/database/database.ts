import { HttpException, Logger } from '@nestjs/common';
import type { DataSource, EntityManager, QueryRunner } from 'typeorm';
import { OutcomeUnknownException } from './database.exceptions.js';
import { ServiceUnavailableException } from '../errors/service-unavailable.exception.js';
import { isError } from '../errors/is-error.js';
import type { Connections } from './connections.js';
import { dataSourceOf } from './data-source-of.js';
import type { Deadline } from './deadline.js';
import type { Dialect } from './dialects/dialect.js';
import { dialectOf } from './dialects/dialects.js';
import {
  isServerResponse,
  isDatabaseFailure,
  isRepeatable,
  describeForLog,
  redacted,
} from './driver-error.js';
import { HostTransaction } from './host-transaction.js';
import { UserConcurrency } from './user-concurrency.js';
import { TimeBudget } from './time-budget.js';
import { type FollowUp, TransactionScope } from './transaction-scope.js';
import { uncached } from './uncached.js';
import { writeRefusal } from './write-refusal.js';

type Work<T> = (manager: EntityManager) => Promise<T>;

/** Acquires a connection and runs the callback on it. */
type Acquire<T> = (run: (runner: QueryRunner) => Promise<T>, deadline: Deadline) => Promise<T>;

/**
 * Gives this module access to the host's data source. A failure of the database becomes a
 * {@link ServiceUnavailableException}; {@link writeRefusal} maps a refused write to an exception.
 */
export class Database {
  private readonly logger = new Logger('AuthModule');
  readonly dialect: Dialect;
  private readonly connections: Connections;
  private readonly userConcurrency = new UserConcurrency();

  /** @param timeout milliseconds that a request may wait for the database in total */
  constructor(
    readonly dataSource: DataSource,
    private readonly timeout: number,
  ) {
    this.dialect = dialectOf(dataSource);
    this.connections = this.dialect.connections(dataSource);
  }

  /** Whether the caller runs in a transaction of this module, whose connection it then has to use. */
  get isInTransaction(): boolean {
    return TransactionScope.current(this.dataSource) !== undefined;
  }

  /** Runs statements that only read. */
  run<T>(work: Work<T>): Promise<T> {
    const scope = TransactionScope.current(this.dataSource);
    return this.withMappedErrors(() =>
      scope
        ? scope.join(work)
        : this.withDeadline((deadline) =>
            this.connections.read((manager) => work(uncached(manager)), deadline),
          ),
    );
  }

  /** Runs one statement that writes. */
  write<T>(work: Work<T>): Promise<T> {
    const scope = TransactionScope.current(this.dataSource);
    if (scope) return this.transaction(work);
    return this.withMappedErrors(() =>
      this.withDeadline((deadline) =>
        this.connections.write(({ manager }) => work(uncached(manager)), deadline),
      ),
    );
  }

  /**
   * Runs statements in one transaction. It is repeated if it fails only because of a concurrent transaction.
   *
   * @param ids of the users whose rows the transaction locks; see {@link UserConcurrency}
   * @throws OutcomeUnknownException if the connection is lost during COMMIT
   */
  async transaction<T>(work: Work<T>, ids: readonly string[] = []): Promise<T> {
    const scope = TransactionScope.current(this.dataSource);
    if (!scope) {
      return this.ownTransaction(work, (run, deadline) =>
        this.withUserLimit(ids, deadline, () => this.connections.write(run, deadline)),
      );
    }
    if (!scope.hasBegun) throw new Error('A subscriber cannot write before the transaction has begun.');
    return this.withMappedErrors(() =>
      scope.join(work, () => this.ownTransaction(work, (run) => run(scope.runner))),
    );
  }

  private withUserLimit<T>(ids: readonly string[], deadline: Deadline, work: () => Promise<T>): Promise<T> {
    if (!this.dialect.locksRows || ids.length === 0) return work();
    const run = async (): Promise<T> => {
      deadline.check();
      return work();
    };
    return deadline.race(this.userConcurrency.run(ids, run), () => undefined);
  }

  private async ownTransaction<T>(work: Work<T>, acquire: Acquire<T>): Promise<T> {
    let scope: TransactionScope | undefined;
    let isCommitted = false;
    try {
      const result = await this.withMappedErrors(() =>
        this.withDeadline((deadline) =>
          this.withRetry(deadline, () =>
            acquire((runner) => {
              scope = new TransactionScope(runner, this.dialect);
              return this.runTransaction(scope, work);
            }, deadline),
          ),
        ),
      );
      isCommitted = true;
      return result;
    } catch (error) {
      if (scope?.isInDoubt && error instanceof ServiceUnavailableException)
        throw new OutcomeUnknownException(error.cause);
      throw error;
    } finally {
      for (const { run } of scope?.takeFollowUps(isCommitted) ?? []) await run();
    }
  }

  /**
   * Runs work in a transaction of the host: every call of this module within it uses that transaction.
   *
   * @param manager the host's `EntityManager` of that transaction
   */
  async within<T>(manager: EntityManager, work: () => Promise<T>): Promise<T> {
    const { queryRunner } = manager;
    if (dataSourceOf(manager) !== this.dataSource || !queryRunner?.isTransactionActive) {
      throw new Error(
        'SsoUserService.within() needs the EntityManager of a transaction that is open, on the data source of AuthModule: ' +
          'dataSource.transaction((manager) => users.within(manager, async () => …)).',
      );
    }
    // Calls within a transaction of this module use it anyway.
    const isPart = TransactionScope.current(this.dataSource)?.runner === queryRunner;
    return isPart ? work() : HostTransaction.on(queryRunner, this.dialect).runJoined(work);
  }

  /** Runs a callback after the transaction of `manager` has been committed; never after a rollback. */
  afterCommit(manager: EntityManager, run: FollowUp['run']): void {
    const scope = TransactionScope.of(manager);
    if (!scope) throw new Error('afterCommit() needs the manager of a transaction.');
    scope.add({ run, always: false });
  }

  /** Runs a callback that a rollback must not undo: after the caller's transaction has ended, or at once if there is none. */
  async afterTransaction(run: FollowUp['run']): Promise<void> {
    const scope = TransactionScope.current(this.dataSource);
    if (scope) scope.add({ run, always: true });
    else await run();
  }

  /** Waits for a result of a batch that serves several requests, but no longer than the caller's request may wait. */
  waitForBatch<T>(work: () => Promise<T>): Promise<T> {
    // The statements of the batch have their own timeout.
    if (!TimeBudget.current) return work();
    return this.withMappedErrors(() =>
      this.withDeadline((deadline) => deadline.race(work(), () => undefined)),
    );
  }

  /** Runs work that belongs neither to the caller's transaction nor to the time budget of its request. */
  detached<T>(work: () => T): T {
    return TransactionScope.detached(() => TimeBudget.detached(work));
  }

  private withDeadline<T>(work: (deadline: Deadline) => Promise<T>): Promise<T> {
    return (TimeBudget.current ?? new TimeBudget()).spend(this.timeout, work);
  }

  private runTransaction<T>(scope: TransactionScope, work: Work<T>): Promise<T> {
    const { runner } = scope;
    return scope.run(async (manager) => {
      try {
        await runner.startTransaction();
        scope.hasBegun = true;
        const result = await work(manager);
        await this.commit(scope);
        return result;
      } catch (error) {
        await this.rollBack(scope, error);
        throw error;
      }
    });
  }

  private async commit({ runner }: TransactionScope): Promise<void> {
    try {
      await runner.commitTransaction();
    } catch (error) {
      if (runner.isTransactionActive) throw error;
      // A subscriber of the host failed after the commit, which no longer changes the outcome.
      this.logger.error(
        'A subscriber failed after the commit.',
        isError(error) ? redacted(error).stack : undefined,
      );
    }
  }

  /** @param error that ended the transaction */
  private async rollBack({ runner }: TransactionScope, error: unknown): Promise<void> {
    // After a connection error, ROLLBACK would not be answered either. Closing the connection makes the server roll back.
    if (this.dialect.locksRows && isDatabaseFailure(error) && !isServerResponse(error))
      return this.connections.discard(runner);
    try {
      await runner.rollbackTransaction();
    } catch {
      await this.connections.discard(runner);
    }
  }

  private async withRetry<T>(deadline: Deadline, work: () => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await work();
      } catch (error) {
        if (!isRepeatable(error)) throw error;
        await deadline.pause(attempt);
        if (deadline.isOver) throw error;
      }
    }
  }

  private async withMappedErrors<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      const refusal = writeRefusal(error, this.dataSource);
      if (refusal) throw refusal;
      if (error instanceof HttpException || !isDatabaseFailure(error)) throw error;
      this.logger.error(`The database failed: ${describeForLog(error)}`);
      throw new ServiceUnavailableException('database', redacted(error));
    }
  }
}
