import { HttpException, Logger } from '@nestjs/common';
import pLimit from 'p-limit';
import {
  type DataSource,
  type EntityManager,
  QueryFailedError,
  type QueryRunner,
  TypeORMError,
} from 'typeorm';
import { ServiceUnavailableException } from '../auth.exceptions.js';
import { WriteAheadLog } from './write-ahead-log.js';

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

type FollowUp = () => void | Promise<void>;

type Work<T> = (manager: EntityManager) => Promise<T>;

/**
 * The host's data source as this module uses it. A failing database becomes a
 * {@link ServiceUnavailableException}, a refused write a {@link ConstraintViolation}.
 */
export class Database {
  private readonly logger = new Logger('AuthModule');
  private readonly followUps = new WeakMap<EntityManager, FollowUp[]>();
  // TypeORM gives every caller the one connection of a SQLite file: two transactions at once would
  // nest into each other, so ours take turns.
  private readonly turn: <T>(work: () => Promise<T>) => Promise<T>;

  constructor(readonly dataSource: DataSource) {
    this.turn = SINGLE_CONNECTION.has(dataSource.options.type) ? pLimit(1) : (work) => work();
  }

  /** Runs statements that need no transaction. */
  run<T>(work: Work<T>): Promise<T> {
    return this.turn(() => this.translated(() => this.onPrimary(work)));
  }

  /** Runs statements that stand or fall together; a deadlock is tried again, twice at most. */
  async transaction<T>(work: Work<T>): Promise<T> {
    const { result, followUps } = await this.turn(() =>
      this.translated(() => this.retried(() => this.committed(work))),
    );
    for (const followUp of followUps) await followUp();
    return result;
  }

  /** Has something done once the transaction of `manager` is committed, and never if it is not. */
  afterCommit(manager: EntityManager, followUp: FollowUp): void {
    const followUps = this.followUps.get(manager);
    if (!followUps) throw new Error('afterCommit() needs the manager of a transaction.');
    followUps.push(followUp);
  }

  /** SQLite's log, for a long row of writes; `null` where it needs no care. */
  writeAheadLog(): WriteAheadLog | null {
    return WriteAheadLog.open(this.dataSource, this.turn);
  }

  /** TypeORM would read from the host's replicas, if any; these may be behind, and a revoked session would live on. */
  private async onPrimary<T>(work: Work<T>): Promise<T> {
    const { dataSource } = this;
    if (!dataSource.driver.isReplicated) return work(dataSource.manager);
    const runner = dataSource.createQueryRunner('master');
    try {
      return await work(runner.manager);
    } finally {
      await runner.release();
    }
  }

  private async committed<T>(work: Work<T>): Promise<{ result: T; followUps: FollowUp[] }> {
    const runner = this.dataSource.createQueryRunner();
    const followUps: FollowUp[] = [];
    try {
      await runner.startTransaction();
      this.followUps.set(runner.manager, followUps);
      const result = await work(runner.manager);
      await runner.commitTransaction();
      return { result, followUps };
    } catch (error) {
      try {
        await runner.rollbackTransaction();
      } catch {
        await discard(runner);
      }
      throw error;
    } finally {
      await runner.release();
    }
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

/**
 * Closes a connection that could not be rolled back: back in the pool, its next user would commit what it left behind.
 */
async function discard(runner: QueryRunner): Promise<void> {
  try {
    const connection: { destroy?: () => void; end?: () => unknown } = await runner.connect();
    if (connection.destroy) connection.destroy();
    else void connection.end?.();
  } catch {
    // There is no connection, so there is nothing left behind.
  }
}
