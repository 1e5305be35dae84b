import type { QueryRunner } from 'typeorm';
import type { SqliteConnection, SqliteDriver } from './connection.js';
import { HostStatements } from './host.statements.js';

/** The other user of the host's connection: this module. */
export interface ConnectionPartner {
  /** Returns the runner of this module's transaction that the caller runs in, if any. */
  joined(): QueryRunner | undefined;
  /** Runs a statement of the host as soon as this module lets it. */
  admit<T>(statement: () => Promise<T>): Promise<T>;
  /** Closes this module's connection, and then the host's with `disconnect`. */
  closing(disconnect: () => Promise<void>): Promise<void>;
}

/** The host's connection, which TypeORM gives to every caller. */
export class HostConnection {
  /** The host's statements that go through TypeORM. */
  readonly statements = new HostStatements(
    () => this.isInTransaction,
    () => this.isInTransaction && !this.hasOnlyBegun,
  );
  private readonly newRunner: SqliteDriver['createQueryRunner'];
  /**
   * Number of rows that SQLite had changed when the host sent BEGIN; `null` if a statement has followed, or there was no
   * BEGIN.
   */
  private begunAt: unknown = null;

  constructor(private readonly driver: SqliteDriver) {
    this.newRunner = driver.createQueryRunner;
  }

  get current(): SqliteConnection | undefined {
    return this.driver.databaseConnection;
  }

  private get isInTransaction(): boolean {
    return this.current?.inTransaction ?? this.newRunner.call(this.driver, 'master').isTransactionActive;
  }

  private get hasOnlyBegun(): boolean {
    return this.begunAt !== null && this.begunAt === this.changes();
  }

  private changes(): unknown {
    return this.current?.prepare('SELECT total_changes()').pluck().get();
  }

  /** Creates a runner of TypeORM's driver for a connection, whose transactions are separate from the host's. */
  runnerOn(connection: SqliteConnection | undefined): QueryRunner {
    const view: SqliteDriver = Object.create(this.driver, {
      databaseConnection: { get: () => connection },
      queryRunner: { value: undefined, writable: true },
    });
    return this.newRunner.call(view, 'master');
  }

  /** Makes the host's statements wait for `partner`. What the host does within a transaction of this module joins it. */
  attach(partner: ConnectionPartner): void {
    const { driver, newRunner } = this;
    const { disconnect } = driver;
    const watched = new WeakSet<QueryRunner>();
    driver.createQueryRunner = (mode) => {
      const joined = partner.joined();
      if (joined) return joined;
      const runner = newRunner.call(driver, mode);
      if (!watched.has(runner)) this.watch(runner, partner);
      watched.add(runner);
      return runner;
    };
    driver.disconnect = () => partner.closing(() => disconnect.call(driver));
    driver.createQueryRunner('master');
  }

  private watch(runner: QueryRunner, partner: ConnectionPartner): void {
    const query = runner.query.bind(runner);
    const watched = async (...statement: Parameters<QueryRunner['query']>): Promise<unknown> => {
      const send = (): Promise<unknown> => query(...statement);
      return partner.joined() ? send() : partner.admit(() => this.noted(statement[0], send));
    };
    Object.assign(runner, { query: watched });
  }

  private async noted(text: string, send: () => Promise<unknown>): Promise<unknown> {
    this.begunAt = null;
    const result = await send();
    if (text === 'BEGIN TRANSACTION' && this.driver.options.type === 'better-sqlite3')
      this.begunAt = this.changes();
    return result;
  }

  /**
   * Ends a transaction that the host has begun but not used yet, on a connection that this module shares with it.
   *
   * @returns a function that begins the host's transaction again
   */
  suspend(connection: SqliteConnection | undefined): () => void {
    const { current } = this;
    if (!current || connection !== current || !current.inTransaction) return () => undefined;
    current.exec('COMMIT');
    return () => {
      current.exec('BEGIN');
      this.begunAt = this.changes();
    };
  }
}
