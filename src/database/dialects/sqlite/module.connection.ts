import type { DataSource, QueryRunner } from 'typeorm';
import {
  driverOf,
  fileOf,
  isBusy,
  canBeShared,
  type SqliteConnection,
  type SqliteDriver,
} from './connection.js';
import type { HostConnection } from './host.connection.js';
import { SqliteFile } from './sqlite.file.js';

/**
 * Retries something until no other connection holds a lock on the file.
 *
 * @param lettingHostRun whether the host, and reads of this module, may run between two attempts
 */
export type RetryWhileBusy = <T>(attempt: () => Promise<T>, lettingHostRun?: boolean) => Promise<T>;

/** The connection that this module works on: a second one to the host's file, or else the host's own. */
export class ModuleConnection {
  runner: QueryRunner;

  private constructor(
    private readonly dataSource: DataSource,
    private readonly host: HostConnection,
    /** The host's connection at the time of {@link open}. */
    private readonly shared: SqliteConnection | undefined,
    readonly connection: SqliteConnection | undefined,
    /** `null` if the database is in memory. */
    readonly file: SqliteFile | null,
    private readonly retryWhileBusy: RetryWhileBusy,
  ) {
    this.runner = this.newRunner();
  }

  static async open(
    dataSource: DataSource,
    host: HostConnection,
    retryWhileBusy: RetryWhileBusy,
  ): Promise<ModuleConnection> {
    const driver = driverOf(dataSource);
    const shared = host.current;
    const connection =
      shared && canBeShared(driver, shared) ? await connect(driver, shared, retryWhileBusy) : shared;
    const path = shared?.open && driver.options.type === 'better-sqlite3' ? fileOf(shared) : '';
    const file = path === '' ? null : new SqliteFile(path);
    return new ModuleConnection(dataSource, host, shared, connection, file, retryWhileBusy);
  }

  /** Whether the host still has the connection of that time. */
  get isCurrent(): boolean {
    return this.shared === this.host.current;
  }

  /** Whether the connection belongs to this module alone. */
  get isOwn(): boolean {
    return this.connection !== this.shared;
  }

  close(): void {
    if (this.isOwn) this.connection?.close();
  }

  /** Rolls back what is left of a transaction, and replaces its runner. */
  reset(): void {
    const { runner, connection } = this;
    if (!runner.isTransactionActive && !runner.isReleased) return;
    if (connection?.open && connection.inTransaction) connection.exec('ROLLBACK');
    this.runner = this.newRunner();
  }

  private newRunner(): QueryRunner {
    const { connection, host } = this;
    const runner = host.runnerOn(connection);
    Object.assign(runner, { manager: this.dataSource.createEntityManager(runner) });
    if (connection && connection !== host.current) this.waitForLocks(runner, connection);
    return runner;
  }

  /** Makes a runner retry while other connections hold a lock. */
  private waitForLocks(runner: QueryRunner, connection: SqliteConnection): void {
    const query = runner.query.bind(runner);
    const retrying = (...[text, ...rest]: Parameters<QueryRunner['query']>): Promise<unknown> => {
      // A transaction that starts with a read may fail when it first writes.
      if (text === 'BEGIN TRANSACTION')
        return this.retryWhileBusy(() => query('BEGIN IMMEDIATE TRANSACTION', ...rest), true);
      return query(text, ...rest).catch((error: unknown) => {
        if (!isBusy(error) || (connection.inTransaction && text !== 'COMMIT')) throw error;
        return this.retryWhileBusy(() => query(text, ...rest));
      });
    };
    Object.assign(runner, { query: retrying });
  }
}

/**
 * Opens a connection with TypeORM's driver, so that all options of the host apply except `timeout`: while SQLite itself waits
 * for a lock, it blocks the process.
 */
async function connect(
  driver: SqliteDriver,
  host: SqliteConnection,
  retryWhileBusy: RetryWhileBusy,
): Promise<SqliteConnection> {
  // If the host's file has been deleted meanwhile, SQLite must not create a new one.
  const options = { ...driver.options, database: fileOf(host), fileMustExist: true, timeout: 0 };
  const view: SqliteDriver = Object.create(driver, { options: { value: options } });
  const connection = await retryWhileBusy(() => view.createDatabaseConnection());
  connection.pragma('busy_timeout = 0', { simple: true });
  const usual = host.pragma('wal_autocheckpoint', { simple: true });
  connection.pragma(`wal_autocheckpoint = ${Number(usual)}`, { simple: true });
  return connection;
}
