import { setImmediate as nextTurn } from 'node:timers/promises';
import type { DataSource, EntityManager, QueryRunner } from 'typeorm';
import { CallContext } from './call-context.js';
import { dataSourceOf } from './data-source-of.js';
import type { Dialect } from './dialects/dialect.js';
import { isServerResponse } from './driver-error.js';
import { Sequence } from './sequence.js';
import { intercept, type Query, type Statement } from './statements.js';
import { uncached } from './uncached.js';

/** A callback that runs after a transaction has ended. */
export interface FollowUp {
  run: () => void | Promise<void>;
  /** Whether it also runs after a rollback. */
  always: boolean;
}

type Work<T> = (manager: EntityManager) => Promise<T>;

/**
 * A connection while a transaction runs on it. Code that is called within the transaction, such as a subscriber of the host,
 * joins it when it uses this module: with a second connection it would wait for a lock that its caller holds.
 */
export class TransactionScope {
  private static readonly context = new CallContext<TransactionScope>();
  private static readonly byManager = new WeakMap<EntityManager, TransactionScope>();
  private static savepoints = 0;

  readonly manager: EntityManager;
  /** Whether BEGIN has been sent. */
  hasBegun = false;
  /** Whether COMMIT or ROLLBACK has been sent. */
  protected hasEnded = false;
  /** Whether COMMIT has been sent and the database has not answered it. */
  isInDoubt = false;
  protected hasConnection = true;
  private followUps: FollowUp[] = [];
  /** Runs the work that has joined and the end of the transaction one after the other. */
  private readonly queue = new Sequence();
  /** Error after which the database has rolled back the transaction on its own. */
  private failure: unknown;

  constructor(
    readonly runner: QueryRunner,
    protected readonly dialect: Dialect,
    private readonly parent = TransactionScope.context.current,
  ) {
    this.manager = uncached(dataSourceOf(runner).createEntityManager(runner));
    TransactionScope.byManager.set(this.manager, this);
  }

  /** Returns the scope that the caller runs in, without scopes whose connection has been released. */
  static current(dataSource: DataSource): TransactionScope | undefined {
    let scope = TransactionScope.context.current;
    while (scope && !(scope.hasConnection && dataSourceOf(scope.runner) === dataSource)) scope = scope.parent;
    return scope;
  }

  /** Returns the scope that a manager was created for. */
  static of(manager: EntityManager): TransactionScope | undefined {
    return TransactionScope.byManager.get(manager);
  }

  /** Runs work as if it were called outside of every transaction. */
  static detached<T>(work: () => T): T {
    return TransactionScope.context.detached(work);
  }

  /** Whether a statement belongs to the transaction. The host may call a subscriber before BEGIN and after COMMIT. */
  private get isOpen(): boolean {
    return this.hasBegun && !this.hasEnded;
  }

  /** Runs all work on the connection, from before BEGIN until after COMMIT. */
  async run<T>(work: Work<T>): Promise<T> {
    const restoreQuery = intercept(this.runner, (query, statement) => this.ending(query, statement));
    try {
      return await this.runInContext(work);
    } finally {
      await this.queue.whenIdle();
      restoreQuery();
      this.hasConnection = false;
    }
  }

  /**
   * Runs work in a savepoint of the transaction, after the work that joined before it. If it fails, only its own writes are
   * rolled back.
   *
   * @param outside replaces `work` before the transaction has begun or after it has ended; runs on the same connection
   */
  join<T>(work: Work<T>, outside = work): Promise<T> {
    return this.queue.add(() =>
      new TransactionScope(this.runner, this.dialect, this).runWithin(this, work, outside),
    );
  }

  /** Adds callbacks that run after the end of the transaction. */
  add(...followUps: FollowUp[]): void {
    this.followUps.push(...followUps);
  }

  /** Removes and returns the callbacks that are due after the end. */
  takeFollowUps(isCommitted: boolean): FollowUp[] {
    const due = this.followUps.filter(({ always }) => isCommitted || always);
    this.followUps = [];
    return due;
  }

  protected runInContext<T>(work: Work<T>): Promise<T> {
    return TransactionScope.context.run(this, () => work(this.manager));
  }

  /** Sends a statement. COMMIT and ROLLBACK wait for the work that has joined, which would otherwise run outside of them. */
  protected ending(query: Query, statement: Statement): Promise<unknown> {
    const [text] = statement;
    if (this.hasEnded || (text !== 'COMMIT' && text !== 'ROLLBACK')) return query(...statement);
    return this.queue.add(async () => {
      if (text === 'COMMIT') await this.checkNotAborted(query);
      this.hasEnded = true;
      return text === 'COMMIT' ? this.sendCommit(() => query(...statement)) : query(...statement);
    });
  }

  private async sendCommit<T>(commit: () => Promise<T>): Promise<T> {
    this.isInDoubt = true;
    try {
      const result = await commit();
      this.isInDoubt = false;
      return result;
    } catch (error) {
      this.isInDoubt = !isServerResponse(error);
      throw error;
    }
  }

  /** @throws the error that has already made the database roll back */
  private async checkNotAborted(query: Query): Promise<void> {
    if (this.failure) throw this.failure;
    if (this.mayHaveHostStatements) await this.dialect.checkNotAborted(query);
  }

  /** Whether the host may have sent statements of its own in the transaction. */
  protected get mayHaveHostStatements(): boolean {
    return dataSourceOf(this.runner).subscribers.length > 0;
  }

  private async runWithin<T>(outer: TransactionScope, work: Work<T>, outside: Work<T>): Promise<T> {
    this.hasBegun = outer.hasBegun;
    this.hasEnded = outer.hasEnded;
    let isDone = false;
    const resumeOthers = this.holdOthers();
    try {
      return await this.runInContext(async (manager) => {
        // TypeORM's runner learns of the end a moment after the database.
        if (this.hasEnded) await nextTurn();
        const result = await (this.isOpen ? this.inSavepoint(() => work(manager)) : outside(manager));
        isDone = true;
        return result;
      });
    } finally {
      this.hasConnection = false;
      outer.add(...this.takeFollowUps(isDone));
      outer.failure ??= this.failure;
      resumeOthers();
    }
  }

  /**
   * Runs work in a savepoint. Its SQL is written by hand, because TypeORM's nested transactions tell the host's subscribers
   * of a commit.
   */
  private async inSavepoint<T>(work: () => Promise<T>): Promise<T> {
    const { runner } = this;
    const name = `sso_${++TransactionScope.savepoints}`;
    await runner.query(`SAVEPOINT ${name}`);
    try {
      const result = await work();
      await this.queue.whenIdle();
      await runner.query(`RELEASE SAVEPOINT ${name}`);
      return result;
    } catch (error) {
      await this.queue.whenIdle();
      // On MySQL, a deadlock rolls back the whole transaction, including its savepoints.
      await runner.query(`ROLLBACK TO SAVEPOINT ${name}`).catch(() => (this.failure ??= error));
      throw error;
    }
  }

  /** Makes statements of other callers on the connection wait, because rolling back the savepoint would undo them too. */
  private holdOthers(): () => void {
    let end = (): void => undefined;
    const ended = new Promise<void>((resolve) => (end = resolve));
    const restoreQuery = intercept(this.runner, async (query, statement) => {
      if (this.isCurrent) return query(...statement);
      await ended;
      return this.runner.query(...statement);
    });
    return () => {
      restoreQuery();
      end();
    };
  }

  /** Whether the caller runs in this scope. */
  private get isCurrent(): boolean {
    let scope = TransactionScope.context.current;
    while (scope && scope !== this) scope = scope.parent;
    return scope === this;
  }
}
