import type { QueryRunner } from 'typeorm';
import type { Dialect } from './dialects/dialect.js';
import { intercept } from './statements.js';
import { type FollowUp, TransactionScope } from './transaction-scope.js';

/**
 * A transaction of the host that this module takes part in. Its follow-ups run after the host's commit, except those that
 * were added within a savepoint that was rolled back.
 */
export class HostTransaction extends TransactionScope {
  private static readonly byRunner = new WeakMap<QueryRunner, HostTransaction>();

  /** Names of the open savepoints, of those set since this module took part. */
  private savepoints: string[] = [];
  /** Follow-ups, each with the number of savepoints that were open when it was added. */
  private pending: { followUp: FollowUp; depth: number }[] = [];

  private constructor(runner: QueryRunner, dialect: Dialect) {
    super(runner, dialect);
    dialect.prepare(runner);
    this.hasBegun = true;
  }

  /** Returns the transaction that runs on a connection. */
  static on(runner: QueryRunner, dialect: Dialect): HostTransaction {
    const running = HostTransaction.byRunner.get(runner);
    if (running) return running;
    const transaction = new HostTransaction(runner, dialect);
    HostTransaction.byRunner.set(runner, transaction);
    transaction.watchStatements();
    return transaction;
  }

  /** Runs work in this transaction: every call of this module within it uses the transaction. */
  runJoined<T>(work: () => Promise<T>): Promise<T> {
    return this.runInContext(work);
  }

  override add(...followUps: FollowUp[]): void {
    const depth = this.savepoints.length;
    this.pending.push(...followUps.map((followUp) => ({ followUp, depth })));
  }

  protected override get mayHaveHostStatements(): boolean {
    return true;
  }

  private watchStatements(): void {
    const restoreQuery = intercept(this.runner, async (query, statement) => {
      const [text] = statement;
      const [, savepoint, name = ''] = SAVEPOINT.exec(text) ?? [];
      if (savepoint !== undefined) {
        const result = await query(...statement);
        this.trackSavepoint(savepoint.toUpperCase(), name);
        return result;
      }
      if (text !== 'COMMIT' && text !== 'ROLLBACK') return query(...statement);
      let isCommitted = false;
      try {
        const result = await this.ending(query, statement);
        isCommitted = text === 'COMMIT';
        return result;
      } finally {
        if (this.hasEnded) this.end(isCommitted, restoreQuery);
      }
    });
  }

  private trackSavepoint(what: string, name: string): void {
    if (what === 'SAVEPOINT') {
      this.savepoints.push(name);
      return;
    }
    const at = this.savepoints.lastIndexOf(name);
    if (what.startsWith('RELEASE')) {
      if (at < 0) return;
      this.savepoints.length = at;
      this.pending = this.pending.map(({ followUp, depth }) => ({ followUp, depth: Math.min(depth, at) }));
    } else {
      // ROLLBACK TO keeps the savepoint itself. `at` is -1 for a savepoint that was set before this module took part.
      this.savepoints.length = at + 1;
      this.pending = this.pending.filter(({ followUp, depth }) => followUp.always || depth <= at);
    }
  }

  private end(isCommitted: boolean, restoreQuery: () => void): void {
    restoreQuery();
    HostTransaction.byRunner.delete(this.runner);
    this.hasConnection = false;
    const due = this.pending.filter(({ followUp }) => isCommitted || followUp.always);
    this.pending = [];
    // Not awaited: the host still holds its connection here, and does not have to wait for this module's follow-ups.
    void TransactionScope.detached(async () => {
      for (const { followUp } of due) await followUp.run();
    });
  }
}

const SAVEPOINT = /^\s*(SAVEPOINT|RELEASE(?: SAVEPOINT)?|ROLLBACK TO(?: SAVEPOINT)?)\s+(\S+)/i;
