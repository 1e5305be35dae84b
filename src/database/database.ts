import { HttpException, Logger } from '@nestjs/common';
import type { DataSource, EntityManager, QueryRunner } from 'typeorm';
import { OutcomeUnknownException } from './database.exceptions.js';
import { ServiceUnavailableException } from '../errors/service-unavailable.exception.js';
import { isError } from '../errors/is-error.js';
import type { Connections } from './connections.js';
import type { Deadline } from './deadline.js';
import type { Dialect } from './dialects/dialect.js';
import { dialectOf } from './dialects/dialects.js';
import { isAnswer, isDatabaseFailure, isRepeatable, reasonOf, withoutValues } from './driver-error.js';
import { HostTransaction } from './host-transaction.js';
import { Lanes } from './lanes.js';
import { TimeBudget } from './time-budget.js';
import { type FollowUp, TransactionScope } from './transaction-scope.js';
import { uncached } from './uncached.js';
import { writeRefusal } from './write-refusal.js';

type Work<T> = (manager: EntityManager) => Promise<T>;

/** Runs something on a connection. */
type Begin<T> = (run: (runner: QueryRunner) => Promise<T>, deadline: Deadline) => Promise<T>;

/**
 * The host's data source as this module uses it. A failing database becomes a
 * {@link ServiceUnavailableException}; what a refused write becomes, {@link writeRefusal} says.
 */
export class Database {
  private readonly logger = new Logger('AuthModule');
  readonly dialect: Dialect;
  private readonly connections: Connections;
  private readonly lanes = new Lanes();

  /** @param timeout milliseconds that a request may wait for the database, over all that it asks for */
  constructor(
    readonly dataSource: DataSource,
    private readonly timeout: number,
  ) {
    this.dialect = dialectOf(dataSource);
    this.connections = this.dialect.connections(dataSource);
  }

  /** Whether the caller runs inside of a transaction of this module, whose connection it has to use. */
  get isInTransaction(): boolean {
    return TransactionScope.current(this.dataSource) !== undefined;
  }

  /** Runs statements that only read. */
  run<T>(work: Work<T>): Promise<T> {
    const scope = TransactionScope.current(this.dataSource);
    return this.translated(() =>
      scope
        ? scope.join(work)
        : this.inTime((deadline) => this.connections.read((manager) => work(uncached(manager)), deadline)),
    );
  }

  /** Runs one statement that writes. */
  write<T>(work: Work<T>): Promise<T> {
    const scope = TransactionScope.current(this.dataSource);
    if (scope) return this.transaction(work);
    return this.translated(() =>
      this.inTime((deadline) => this.connections.write(({ manager }) => work(uncached(manager)), deadline)),
    );
  }

  /**
   * Runs statements that stand or fall together. What failed only because of others who ran at the same time is repeated.
   *
   * @param ids of the users whose rows it locks; see {@link Lanes}
   * @throws OutcomeUnknownException when the connection was lost during COMMIT
   */
  async transaction<T>(work: Work<T>, ids: readonly string[] = []): Promise<T> {
    const scope = TransactionScope.current(this.dataSource);
    if (!scope) {
      return this.ownTransaction(work, (run, deadline) =>
        this.inLanes(ids, deadline, () => this.connections.write(run, deadline)),
      );
    }
    if (!scope.hasBegun) throw new Error('A subscriber cannot write before the transaction has begun.');
    return this.translated(() =>
      scope.join(work, () => this.ownTransaction(work, (run) => run(scope.runner))),
    );
  }

  private inLanes<T>(ids: readonly string[], deadline: Deadline, work: () => Promise<T>): Promise<T> {
    if (!this.dialect.locksRows || ids.length === 0) return work();
    const run = async (): Promise<T> => {
      deadline.check();
      return work();
    };
    return deadline.race(this.lanes.run(ids, run), () => undefined);
  }

  private async ownTransaction<T>(work: Work<T>, begin: Begin<T>): Promise<T> {
    let scope: TransactionScope | undefined;
    let isCommitted = false;
    try {
      const result = await this.translated(() =>
        this.inTime((deadline) =>
          this.repeated(deadline, () =>
            begin((runner) => {
              scope = new TransactionScope(runner, this.dialect);
              return this.committed(scope, work);
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
    return isPart ? work() : HostTransaction.on(queryRunner, this.dialect).takeIn(work);
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

  /** Waits for something that is asked for together with others. */
  together<T>(work: () => Promise<T>): Promise<T> {
    // What is sent has a timeout of its own.
    if (!TimeBudget.current) return work();
    return this.translated(() => this.inTime((deadline) => deadline.race(work(), () => undefined)));
  }

  /** Runs something that is no part of what the caller waits for, of its transaction or its request. */
  outside<T>(work: () => T): T {
    return TransactionScope.outside(() => TimeBudget.outside(work));
  }

  private inTime<T>(work: (deadline: Deadline) => Promise<T>): Promise<T> {
    return (TimeBudget.current ?? new TimeBudget()).spend(this.timeout, work);
  }

  private committed<T>(scope: TransactionScope, work: Work<T>): Promise<T> {
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
      // A subscriber of the host failed afterwards, which changes nothing any more.
      this.logger.error(
        'A subscriber failed after the commit.',
        isError(error) ? withoutValues(error).stack : undefined,
      );
    }
  }

  /** @param error why */
  private async rollBack({ runner }: TransactionScope, error: unknown): Promise<void> {
    // A connection that has not answered will not answer this either; without it, the database rolls back by itself.
    if (this.dialect.locksRows && isDatabaseFailure(error) && !isAnswer(error))
      return this.connections.discard(runner);
    try {
      await runner.rollbackTransaction();
    } catch {
      await this.connections.discard(runner);
    }
  }

  private async repeated<T>(deadline: Deadline, work: () => Promise<T>): Promise<T> {
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

  private async translated<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      const refusal = writeRefusal(error, this.dataSource);
      if (refusal) throw refusal;
      if (error instanceof HttpException || !isDatabaseFailure(error)) throw error;
      this.logger.error(`The database failed: ${reasonOf(error)}`);
      throw new ServiceUnavailableException('database', withoutValues(error));
    }
  }
}
