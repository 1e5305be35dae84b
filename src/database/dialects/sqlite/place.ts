import type { DataSource, QueryRunner } from 'typeorm';
import {
  driverOf,
  fileOf,
  isBusy,
  isForTwo,
  type SqliteConnection,
  type SqliteDriver,
} from './connection.js';
import type { HostConnection } from './host.connection.js';
import { SqliteFile } from './sqlite.file.js';

/**
 * Attempts something until no other connection has the file locked.
 *
 * @param letsIn whether the host, and who only reads, go on meanwhile
 */
export type Patiently = <T>(attempt: () => Promise<T>, letsIn?: boolean) => Promise<T>;

/** Where this module works: on a connection of its own to the host's file, or else on the host's connection. */
export class Place {
  runner: QueryRunner;

  private constructor(
    private readonly dataSource: DataSource,
    private readonly host: HostConnection,
    /** The host's when this was opened. */
    private readonly shared: SqliteConnection | undefined,
    readonly connection: SqliteConnection | undefined,
    /** `null` = the database is in memory. */
    readonly file: SqliteFile | null,
    private readonly patiently: Patiently,
  ) {
    this.runner = this.newRunner();
  }

  static async open(dataSource: DataSource, host: HostConnection, patiently: Patiently): Promise<Place> {
    const driver = driverOf(dataSource);
    const shared = host.current;
    const connection = shared && isForTwo(driver, shared) ? await connect(driver, shared, patiently) : shared;
    const path = shared?.open && driver.options.type === 'better-sqlite3' ? fileOf(shared) : '';
    const file = path === '' ? null : new SqliteFile(path);
    return new Place(dataSource, host, shared, connection, file, patiently);
  }

  /** Whether the host is still connected as it was. */
  get isCurrent(): boolean {
    return this.shared === this.host.current;
  }

  /** Whether the connection is this module's alone. */
  get isOwn(): boolean {
    return this.connection !== this.shared;
  }

  close(): void {
    if (this.isOwn) this.connection?.close();
  }

  /** Leaves nothing of a transaction for the next one. */
  tidy(): void {
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

  /** Has a runner wait for locks that other connections have. */
  private waitForLocks(runner: QueryRunner, connection: SqliteConnection): void {
    const query = runner.query.bind(runner);
    const patient = (...[text, ...rest]: Parameters<QueryRunner['query']>): Promise<unknown> => {
      // A transaction that reads first might not get to write.
      if (text === 'BEGIN TRANSACTION')
        return this.patiently(() => query('BEGIN IMMEDIATE TRANSACTION', ...rest), true);
      return query(text, ...rest).catch((error: unknown) => {
        if (!isBusy(error) || (connection.inTransaction && text !== 'COMMIT')) throw error;
        return this.patiently(() => query(text, ...rest));
      });
    };
    Object.assign(runner, { query: patient });
  }
}

/** By the driver's own means, so that all options of the host apply but one: SQLite waits for locks by stopping the process. */
async function connect(
  driver: SqliteDriver,
  host: SqliteConnection,
  patiently: Patiently,
): Promise<SqliteConnection> {
  // Not a new file, where the host's has been deleted since.
  const options = { ...driver.options, database: fileOf(host), fileMustExist: true, timeout: 0 };
  const view: SqliteDriver = Object.create(driver, { options: { value: options } });
  const connection = await patiently(() => view.createDatabaseConnection());
  connection.pragma('busy_timeout = 0', { simple: true });
  const usual = host.pragma('wal_autocheckpoint', { simple: true });
  connection.pragma(`wal_autocheckpoint = ${Number(usual)}`, { simple: true });
  return connection;
}
