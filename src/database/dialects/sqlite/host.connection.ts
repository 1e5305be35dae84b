import type { QueryRunner } from 'typeorm';
import type { SqliteConnection, SqliteDriver } from './connection.js';
import { HostStatements } from './host.statements.js';

/** What the host's connection asks of who uses it too. */
export interface Neighbour {
  /** The runner of the transaction that the caller runs in, if it is one of this module's. */
  joined(): QueryRunner | undefined;
  /** Runs a statement of the host when it may. */
  admit<T>(statement: () => Promise<T>): Promise<T>;
  /** Runs what closes the host's connection, after this module's own. */
  closing(disconnect: () => Promise<void>): Promise<void>;
}

/** The host's connection, which TypeORM gives to every caller. */
export class HostConnection {
  /** Those that come through TypeORM. */
  readonly statements = new HostStatements(
    () => this.isInTransaction,
    () => this.isInTransaction && !this.hasOnlyBegun,
  );
  private readonly newRunner: SqliteDriver['createQueryRunner'];
  /** What SQLite had changed when the host began a transaction in which nothing has been done yet; `null` = there is none. */
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

  /** A runner of the driver's own on some connection, whose transactions are not the host's. */
  runnerOn(connection: SqliteConnection | undefined): QueryRunner {
    const view: SqliteDriver = Object.create(this.driver, {
      databaseConnection: { get: () => connection },
      queryRunner: { value: undefined, writable: true },
    });
    return this.newRunner.call(view, 'master');
  }

  /** Has the host's statements wait for `neighbour`, and its transactions join those in which they are begun. */
  attach(neighbour: Neighbour): void {
    const { driver, newRunner } = this;
    const { disconnect } = driver;
    const watched = new WeakSet<QueryRunner>();
    driver.createQueryRunner = (mode) => {
      const joined = neighbour.joined();
      if (joined) return joined;
      const runner = newRunner.call(driver, mode);
      if (!watched.has(runner)) this.watch(runner, neighbour);
      watched.add(runner);
      return runner;
    };
    driver.disconnect = () => neighbour.closing(() => disconnect.call(driver));
    driver.createQueryRunner('master');
  }

  private watch(runner: QueryRunner, neighbour: Neighbour): void {
    const query = runner.query.bind(runner);
    const watched = async (...statement: Parameters<QueryRunner['query']>): Promise<unknown> => {
      const send = (): Promise<unknown> => query(...statement);
      return neighbour.joined() ? send() : neighbour.admit(() => this.noted(statement[0], send));
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
   * Ends a transaction that the host has only begun, on the connection that is this module's too.
   *
   * @returns begins it anew
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
