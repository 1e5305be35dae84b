import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { type DataSource, type EntityManager, QueryFailedError, type QueryRunner } from 'typeorm';
import { ServiceUnavailableException } from '../../../errors/service-unavailable.exception.js';
import { isError } from '../../../errors/is-error.js';
import type { Connections } from '../../connections.js';
import { Deadline } from '../../deadline.js';
import { HostStatements } from './host.statements.js';
import { SqliteFile } from './sqlite.file.js';
import { TransactionScope } from '../../transaction-scope.js';
import { Turns, WaitedTooLong } from './turns.js';

/** Milliseconds that better-sqlite3 waits for a lock where the host does not say. */
const DEFAULT_TIMEOUT = 5000;

/** Milliseconds for which a look at the file is good enough for one that only reads. */
const CHECK_INTERVAL = 1000;

/** Milliseconds between two attempts to get a lock that another connection has. */
const MAX_PAUSE = 50;

/** What is used of better-sqlite3, which brings no types. */
export interface SqliteConnection {
  open: boolean;
  inTransaction: boolean;
  exec(statements: string): unknown;
  pragma(source: string, options: { simple: true }): unknown;
  pragma(source: 'database_list'): { name: string; file: string }[];
  prepare(statement: string): { pluck(): { get(): unknown } };
  close(): void;
}

/** What is used of TypeORM's drivers for SQLite; `createDatabaseConnection` is protected. */
interface SqliteDriver {
  options: { type: string; timeout?: number };
  databaseConnection?: SqliteConnection;
  attachedDatabases: object;
  createQueryRunner(mode: string): QueryRunner;
  createDatabaseConnection(): Promise<SqliteConnection>;
  disconnect(): Promise<void>;
}

/** The connection that this module uses. */
interface Place {
  /** The host's, which TypeORM gives to every caller. */
  host: SqliteConnection | undefined;
  connection: SqliteConnection | undefined;
  runner: QueryRunner;
  /** `null` = the database is in memory. */
  file: SqliteFile | null;
}

/**
 * SQLite. TypeORM has one connection for everybody, so that one's statements ride on another's transaction. A file gets
 * a second one, for this module alone; elsewhere it waits until the host's transaction has ended.
 */
export class SqliteConnections implements Connections {
  private static readonly all = new WeakMap<DataSource, SqliteConnections>();

  private readonly logger = new Logger('AuthModule');
  private readonly driver: SqliteDriver;
  private readonly newRunner: SqliteDriver['createQueryRunner'];
  private readonly writers = new Turns();
  /** Of what is on the connection. */
  private readonly turns = new Turns();
  private readonly hostStatements: HostStatements;
  private place: Place | undefined;
  /** Until when the work whose turn it is may wait. */
  private deadline = new Deadline(0);
  private isLost = false;
  /** What SQLite had changed when the host began a transaction in which nothing has been done yet; `null` = there is none. */
  private begunAt: unknown = null;

  private constructor(private readonly dataSource: DataSource) {
    this.driver = dataSource.driver as unknown as SqliteDriver;
    this.newRunner = this.driver.createQueryRunner;
    this.hostStatements = new HostStatements(
      () => this.isHostInTransaction,
      () => this.isHostInTransaction && !this.hasOnlyBegun,
    );
    this.attach();
  }

  /** One for each data source, however many applications use it. */
  static of(dataSource: DataSource): SqliteConnections {
    const known = SqliteConnections.all.get(dataSource);
    if (known) return known;
    const connections = new SqliteConnections(dataSource);
    SqliteConnections.all.set(dataSource, connections);
    return connections;
  }

  async read<T>(work: (manager: EntityManager) => Promise<T>, whole: Deadline): Promise<T> {
    const deadline = whole.within(this.maxWait);
    return this.inTurn(deadline, (place) => {
      if (!place.file?.wasChecked(CHECK_INTERVAL)) this.checkFile(place);
      const { manager } = place.runner;
      return isOwn(place) ? work(manager) : this.alone(deadline, () => work(manager));
    });
  }

  async write<T>(work: (runner: QueryRunner) => Promise<T>, whole: Deadline): Promise<T> {
    const deadline = whole.within(this.maxWait);
    await this.inTime(this.writers.take(deadline));
    try {
      return await this.inTurn(deadline, (place) => this.alone(deadline, () => this.checked(place, work)));
    } finally {
      this.writers.pass();
    }
  }

  /** What still comes from the transaction fails; the connection is tidied when its turn ends. */
  async discard(runner: QueryRunner): Promise<void> {
    Object.assign(runner, { isReleased: true });
  }

  /** Until when work of nobody's request may wait that comes now. */
  private latest(): Deadline {
    return new Deadline(this.maxWait);
  }

  private get maxWait(): number {
    return this.driver.options.timeout ?? DEFAULT_TIMEOUT;
  }

  private async inTime<T>(waiting: Promise<T>): Promise<T> {
    try {
      return await waiting;
    } catch (error) {
      if (!(error instanceof WaitedTooLong)) throw error;
      this.logger.error(`SQLite could not be used in time: ${error.message}.`);
      throw new ServiceUnavailableException('database', error);
    }
  }

  private async inTurn<T>(deadline: Deadline, work: (place: Place) => Promise<T>): Promise<T> {
    if (!this.turns.tryTake()) await this.inTime(this.turns.take(deadline));
    try {
      this.deadline = deadline;
      const { place } = this;
      return await work(place?.host === this.driver.databaseConnection && place ? place : await this.open());
    } finally {
      this.turns.pass();
    }
  }

  /** Lets others have their turns while somebody waits. */
  private async aside<T>(waiting: () => Promise<T>): Promise<T> {
    this.turns.pass();
    try {
      return await waiting();
    } finally {
      await this.turns.take();
    }
  }

  /** Keeps the host's statements out meanwhile. */
  private async alone<T>(deadline: Deadline, work: () => Promise<T>): Promise<T> {
    await this.keepHostOut(deadline);
    try {
      this.deadline = deadline;
      return await work();
    } finally {
      this.hostStatements.letIn();
    }
  }

  private async keepHostOut(deadline: Deadline): Promise<void> {
    if (this.hostStatements.tryKeepOut()) return;
    await this.inTime(this.aside(() => this.hostStatements.keepOut(deadline)));
  }

  private async checked<T>(place: Place, work: (runner: QueryRunner) => Promise<T>): Promise<T> {
    this.checkFile(place);
    const resume = this.suspendHost(place);
    try {
      const result = await work(place.runner);
      this.checkFile(place);
      return result;
    } finally {
      this.tidy(place);
      resume();
    }
  }

  // ---- the host's connection

  private get isHostInTransaction(): boolean {
    const { databaseConnection } = this.driver;
    return (
      databaseConnection?.inTransaction ?? this.newRunner.call(this.driver, 'master').isTransactionActive
    );
  }

  private get hasOnlyBegun(): boolean {
    return this.begunAt !== null && this.begunAt === this.changes();
  }

  private changes(): unknown {
    return this.driver.databaseConnection?.prepare('SELECT total_changes()').pluck().get();
  }

  /** Has the host's statements take part, its transactions join ours where they are begun in it, and its end be ours. */
  private attach(): void {
    const { driver, newRunner } = this;
    const { disconnect } = driver;
    const watched = new WeakSet<QueryRunner>();
    driver.createQueryRunner = (mode) => {
      const scope = TransactionScope.current(this.dataSource);
      if (scope && scope.runner === this.place?.runner) return scope.runner;
      const runner = newRunner.call(driver, mode);
      if (!watched.has(runner)) this.watch(runner);
      watched.add(runner);
      return runner;
    };
    driver.disconnect = async () => {
      const isTaken = await this.turns.take(this.latest()).then(
        () => true,
        () => false,
      );
      this.close();
      if (isTaken) this.turns.pass();
      return disconnect.call(driver);
    };
    driver.createQueryRunner('master');
  }

  private watch(runner: QueryRunner): void {
    const query = runner.query.bind(runner);
    const watched = async (...statement: Parameters<QueryRunner['query']>): Promise<unknown> => {
      const send = (): Promise<unknown> => query(...statement);
      const scope = TransactionScope.current(this.dataSource);
      if (scope && scope.runner === this.place?.runner) return send();
      return this.inTime(this.hostStatements.run(() => this.noted(statement[0], send), this.latest()));
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

  /** Where the host has only begun a transaction on the connection that is ours too, it ends and begins anew after ours. */
  private suspendHost({ connection }: Place): () => void {
    const host = this.driver.databaseConnection;
    if (!host || connection !== host || !host.inTransaction) return () => undefined;
    host.exec('COMMIT');
    return () => {
      host.exec('BEGIN');
      this.begunAt = this.changes();
    };
  }

  // ---- our connection

  private async open(): Promise<Place> {
    this.close();
    const { driver } = this;
    const host = driver.databaseConnection;
    const connection = host && isFile(driver, host) ? await this.connect(host) : host;
    const path = host?.open && driver.options.type === 'better-sqlite3' ? fileOf(host) : '';
    const file = path === '' ? null : new SqliteFile(path);
    this.place = { host, connection, runner: this.runnerOn(connection), file };
    return this.place;
  }

  private close(): void {
    const { place } = this;
    this.place = undefined;
    if (place && isOwn(place)) place.connection?.close();
  }

  private checkFile({ file }: Place): void {
    if (!file || file.isInPlace) {
      this.isLost = false;
      return;
    }
    if (!this.isLost) {
      this.logger.error(
        'The file of the SQLite database has been deleted, moved or replaced while it was open: what is written to it is ' +
          'lost. Stop the application, put the file back, and start it again.',
      );
    }
    this.isLost = true;
    throw new ServiceUnavailableException('database');
  }

  /** By the driver's own means, so that all options of the host apply but one: SQLite waits for locks by stopping the process. */
  private async connect(host: SqliteConnection): Promise<SqliteConnection> {
    const { driver } = this;
    // Not a new file, where the host's has been deleted since.
    const options = { ...driver.options, database: fileOf(host), fileMustExist: true, timeout: 0 };
    const view: SqliteDriver = Object.create(driver, { options: { value: options } });
    const connection = await this.patiently(() => view.createDatabaseConnection());
    connection.pragma('busy_timeout = 0', { simple: true });
    const usual = host.pragma('wal_autocheckpoint', { simple: true });
    connection.pragma(`wal_autocheckpoint = ${Number(usual)}`, { simple: true });
    return connection;
  }

  /** A runner of the driver's own, whose transactions are not the host's. */
  private runnerOn(connection: SqliteConnection | undefined): QueryRunner {
    const view: SqliteDriver = Object.create(this.driver, {
      databaseConnection: { get: () => connection },
      queryRunner: { value: undefined, writable: true },
    });
    const runner = this.newRunner.call(view, 'master');
    Object.assign(runner, { manager: this.dataSource.createEntityManager(runner) });
    if (connection && connection !== this.driver.databaseConnection) this.beReady(runner, connection);
    return runner;
  }

  /** Has a runner wait for locks that other connections have. */
  private beReady(runner: QueryRunner, connection: SqliteConnection): void {
    const query = runner.query.bind(runner);
    const ready = (...[text, ...rest]: Parameters<QueryRunner['query']>): Promise<unknown> => {
      // A transaction that reads first might not get to write.
      if (text === 'BEGIN TRANSACTION') {
        return this.patiently(() => query('BEGIN IMMEDIATE TRANSACTION', ...rest), true);
      }
      const sent = query(text, ...rest);
      return sent.catch((error: unknown) => {
        if (!isBusy(error) || (connection.inTransaction && text !== 'COMMIT')) throw error;
        return this.patiently(() => query(text, ...rest));
      });
    };
    Object.assign(runner, { query: ready });
  }

  /** @param letsIn whether the host, and who only reads, go on meanwhile */
  private async patiently<T>(attempt: () => Promise<T>, letsIn = false): Promise<T> {
    const { deadline } = this;
    for (let pause = 1; ; pause = Math.min(2 * pause, MAX_PAUSE)) {
      try {
        return await attempt();
      } catch (error) {
        if (!isBusy(error)) throw error;
        if (deadline.isOver) {
          const message = 'another connection has kept the file locked';
          return this.inTime(Promise.reject(new WaitedTooLong(message, { cause: error })));
        }
        const pausing = (): Promise<void> => sleep(pause * (0.5 + Math.random() / 2));
        if (!letsIn) await pausing();
        else {
          this.hostStatements.letIn();
          await this.aside(pausing);
          await this.keepHostOut(deadline);
        }
      }
    }
  }

  /** Nothing of a transaction must be left for the next one. */
  private tidy(place: Place): void {
    const { runner, connection } = place;
    if (!runner.isTransactionActive && !runner.isReleased) return;
    if (connection?.open && connection.inTransaction) connection.exec('ROLLBACK');
    place.runner = this.runnerOn(connection);
  }
}

function isOwn({ host, connection }: Place): boolean {
  return connection !== host;
}

function fileOf(connection: SqliteConnection): string {
  return connection.pragma('database_list').find(({ name }) => name === 'main')?.file ?? '';
}

/** Whether a second connection finds the same database. */
function isFile({ options, attachedDatabases }: SqliteDriver, connection: SqliteConnection): boolean {
  return (
    options.type === 'better-sqlite3' &&
    connection.open &&
    fileOf(connection) !== '' &&
    Object.keys(attachedDatabases).length === 0 &&
    connection.pragma('locking_mode', { simple: true }) !== 'exclusive'
  );
}

function isBusy(error: unknown): boolean {
  const source: unknown = error instanceof QueryFailedError ? error.driverError : error;
  return isError(source) && 'code' in source && String(source.code).startsWith('SQLITE_BUSY');
}
