import { setImmediate as nextTurn } from 'node:timers/promises';
import type { DataSource, EntityManager, QueryRunner } from 'typeorm';
import { CallContext } from './call-context.js';
import type { Dialect } from './dialects/dialect.js';
import { isAnswer } from './driver-error.js';
import { Sequence } from './sequence.js';
import { intercept, type Query, type Statement } from './statements.js';
import { uncached } from './uncached.js';

/** Something to do when a transaction has ended. */
export interface FollowUp {
  run: () => void | Promise<void>;
  /** Also after a rollback. */
  always: boolean;
}

type Work<T> = (manager: EntityManager) => Promise<T>;

/**
 * A connection while a transaction runs on it. Code that is called within the transaction (a subscriber of the host,
 * say) and uses this module joins it: on a connection of its own it would wait for the transaction that waits for it.
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
  /** Whether COMMIT has been sent, and the database has not answered. */
  isInDoubt = false;
  protected isHeld = true;
  private followUps: FollowUp[] = [];
  /** What has joined, and the end. */
  private readonly queue = new Sequence();
  /** What has ended the transaction in the database, though its end was not asked for. */
  private failure: unknown;

  constructor(
    readonly runner: QueryRunner,
    protected readonly dialect: Dialect,
    private readonly parent = TransactionScope.context.current,
  ) {
    this.manager = uncached(runner.dataSource.createEntityManager(runner));
    TransactionScope.byManager.set(this.manager, this);
  }

  /** The scope that the caller runs in; one whose connection has been given back is none. */
  static current(dataSource: DataSource): TransactionScope | undefined {
    let scope = TransactionScope.context.current;
    while (scope && !(scope.isHeld && scope.runner.dataSource === dataSource)) scope = scope.parent;
    return scope;
  }

  /** The scope that a manager was made for. */
  static of(manager: EntityManager): TransactionScope | undefined {
    return TransactionScope.byManager.get(manager);
  }

  /** Runs something as if it were called outside of any transaction. */
  static outside<T>(work: () => T): T {
    return TransactionScope.context.outside(work);
  }

  /** Whether a statement belongs to the transaction; a subscriber may also be called before BEGIN and after COMMIT. */
  private get isOpen(): boolean {
    return this.hasBegun && !this.hasEnded;
  }

  /** Runs all that there is to run on the connection, from before BEGIN until after COMMIT. */
  async run<T>(work: Work<T>): Promise<T> {
    const letGo = intercept(this.runner, (query, statement) => this.ending(query, statement));
    try {
      return await this.entered(work);
    } finally {
      await this.queue.drained();
      letGo();
      this.isHeld = false;
    }
  }

  /**
   * Runs work within the transaction, after what else has joined. If it fails, what it wrote is undone and nothing else.
   *
   * @param outside runs it on the same connection before the transaction begins, or after its end
   */
  join<T>(work: Work<T>, outside = work): Promise<T> {
    return this.queue.add(() =>
      new TransactionScope(this.runner, this.dialect, this).runWithin(this, work, outside),
    );
  }

  /** Has something done after the end of the transaction. */
  add(...followUps: FollowUp[]): void {
    this.followUps.push(...followUps);
  }

  /** What there is to do after the end. */
  takeFollowUps(isCommitted: boolean): FollowUp[] {
    const due = this.followUps.filter(({ always }) => isCommitted || always);
    this.followUps = [];
    return due;
  }

  protected entered<T>(work: Work<T>): Promise<T> {
    return TransactionScope.context.run(this, () => work(this.manager));
  }

  /** Sends a statement; the end of the transaction waits for what has joined, which would go on outside of it. */
  protected ending(query: Query, statement: Statement): Promise<unknown> {
    const [text] = statement;
    if (this.hasEnded || (text !== 'COMMIT' && text !== 'ROLLBACK')) return query(...statement);
    return this.queue.add(async () => {
      if (text === 'COMMIT') await this.checkAlive(query);
      this.hasEnded = true;
      return text === 'COMMIT' ? this.committing(() => query(...statement)) : query(...statement);
    });
  }

  private async committing<T>(commit: () => Promise<T>): Promise<T> {
    this.isInDoubt = true;
    try {
      const result = await commit();
      this.isInDoubt = false;
      return result;
    } catch (error) {
      this.isInDoubt = !isAnswer(error);
      throw error;
    }
  }

  /** @throws the failure that leaves nothing to commit */
  private async checkAlive(query: Query): Promise<void> {
    if (this.failure) throw this.failure;
    if (this.hasGuests) await this.dialect.checkAlive(query);
  }

  /** Whether statements of the host may be part of the transaction. */
  protected get hasGuests(): boolean {
    return this.runner.dataSource.subscribers.length > 0;
  }

  private async runWithin<T>(outer: TransactionScope, work: Work<T>, outside: Work<T>): Promise<T> {
    this.hasBegun = outer.hasBegun;
    this.hasEnded = outer.hasEnded;
    let isDone = false;
    const letOthers = this.holdOthers();
    try {
      return await this.entered(async (manager) => {
        // The runner notes the end a moment after the database.
        if (this.hasEnded) await nextTurn();
        const result = await (this.isOpen ? this.inSavepoint(() => work(manager)) : outside(manager));
        isDone = true;
        return result;
      });
    } finally {
      this.isHeld = false;
      outer.add(...this.takeFollowUps(isDone));
      outer.failure ??= this.failure;
      letOthers();
    }
  }

  /** Not by the runner's own means, which tell the host's subscribers of a commit. */
  private async inSavepoint<T>(work: () => Promise<T>): Promise<T> {
    const { runner } = this;
    const name = `sso_${++TransactionScope.savepoints}`;
    await runner.query(`SAVEPOINT ${name}`);
    try {
      const result = await work();
      await this.queue.drained();
      await runner.query(`RELEASE SAVEPOINT ${name}`);
      return result;
    } catch (error) {
      await this.queue.drained();
      // A deadlock on MySQL takes the whole transaction back, savepoints and all.
      await runner.query(`ROLLBACK TO SAVEPOINT ${name}`).catch(() => (this.failure ??= error));
      throw error;
    }
  }

  /** Has others' statements on the connection wait: if this is undone, they would be too. */
  private holdOthers(): () => void {
    let end = (): void => undefined;
    const ended = new Promise<void>((resolve) => (end = resolve));
    const letGo = intercept(this.runner, async (query, statement) => {
      if (this.isCalling) return query(...statement);
      await ended;
      return this.runner.query(...statement);
    });
    return () => {
      letGo();
      end();
    };
  }

  /** Whether the caller runs in this scope. */
  private get isCalling(): boolean {
    let scope = TransactionScope.context.current;
    while (scope && scope !== this) scope = scope.parent;
    return scope === this;
  }
}
