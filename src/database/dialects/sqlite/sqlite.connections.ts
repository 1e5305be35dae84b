import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import type { DataSource, EntityManager, QueryRunner } from 'typeorm';
import { ServiceUnavailableException } from '../../../errors/service-unavailable.exception.js';
import type { Connections } from '../../connections.js';
import { Deadline } from '../../deadline.js';
import { TransactionScope } from '../../transaction-scope.js';
import { driverOf, isBusy } from './connection.js';
import { type ConnectionPartner, HostConnection } from './host.connection.js';
import { ModuleConnection, type RetryWhileBusy } from './module.connection.js';
import { FairLock, WaitTimeout } from './fair.lock.js';

/** Milliseconds that better-sqlite3 waits for a lock if the host sets no `timeout`. */
const DEFAULT_TIMEOUT = 5000;

/** Milliseconds for which a read trusts the last check of the file. */
const CHECK_INTERVAL = 1000;

/** Longest pause between two attempts to get a lock that another connection holds, in milliseconds. */
const MAX_PAUSE = 50;

/**
 * Connections for SQLite. TypeORM has one connection for everybody, so that statements of one caller would become part of a
 * transaction of another. For a file this module opens a second connection; otherwise it waits until the host's transaction
 * has ended.
 */
export class SqliteConnections implements Connections, ConnectionPartner {
  private static readonly all = new WeakMap<DataSource, SqliteConnections>();

  private readonly logger = new Logger('AuthModule');
  private readonly host: HostConnection;
  private readonly writeLock = new FairLock();
  /** Held by the one caller that uses the connection. */
  private readonly connectionLock = new FairLock();
  private moduleConnection: ModuleConnection | undefined;
  /** Deadline of the work that is on the connection now. */
  private deadline = new Deadline(0);

  private constructor(private readonly dataSource: DataSource) {
    this.host = new HostConnection(driverOf(dataSource));
    this.host.attach(this);
  }

  /** Returns the instance of a data source, which all applications that use the data source share. */
  static of(dataSource: DataSource): SqliteConnections {
    const known = SqliteConnections.all.get(dataSource);
    if (known) return known;
    const connections = new SqliteConnections(dataSource);
    SqliteConnections.all.set(dataSource, connections);
    return connections;
  }

  async read<T>(work: (manager: EntityManager) => Promise<T>, whole: Deadline): Promise<T> {
    const deadline = whole.atMost(this.maxWait);
    return this.inTurn(deadline, (moduleConnection) => {
      if (!moduleConnection.file?.wasChecked(CHECK_INTERVAL)) moduleConnection.file?.check();
      const { manager } = moduleConnection.runner;
      return moduleConnection.isOwn ? work(manager) : this.excludingHost(deadline, () => work(manager));
    });
  }

  async write<T>(work: (runner: QueryRunner) => Promise<T>, whole: Deadline): Promise<T> {
    const deadline = whole.atMost(this.maxWait);
    await this.inTime(this.writeLock.acquire(deadline));
    try {
      return await this.inTurn(deadline, (moduleConnection) =>
        this.excludingHost(deadline, () => this.checked(moduleConnection, work)),
      );
    } finally {
      this.writeLock.release();
    }
  }

  /** Makes further statements of the transaction fail; {@link ModuleConnection.reset} rolls it back before the next turn. */
  async discard(runner: QueryRunner): Promise<void> {
    Object.assign(runner, { isReleased: true });
  }

  joined(): QueryRunner | undefined {
    const scope = TransactionScope.current(this.dataSource);
    return scope && scope.runner === this.moduleConnection?.runner ? scope.runner : undefined;
  }

  admit<T>(statement: () => Promise<T>): Promise<T> {
    return this.inTime(this.host.statements.run(statement, new Deadline(this.maxWait)));
  }

  async closing(disconnect: () => Promise<void>): Promise<void> {
    const isAcquired = await this.connectionLock.acquire(new Deadline(this.maxWait)).then(
      () => true,
      () => false,
    );
    this.close();
    if (isAcquired) this.connectionLock.release();
    return disconnect();
  }

  private get maxWait(): number {
    return driverOf(this.dataSource).options.timeout ?? DEFAULT_TIMEOUT;
  }

  /** @throws ServiceUnavailableException if the wait took too long */
  private async inTime<T>(waiting: Promise<T>): Promise<T> {
    try {
      return await waiting;
    } catch (error) {
      if (!(error instanceof WaitTimeout)) throw error;
      this.logger.error(`SQLite could not be used in time: ${error.message}.`);
      throw new ServiceUnavailableException('database', error);
    }
  }

  private async inTurn<T>(
    deadline: Deadline,
    work: (moduleConnection: ModuleConnection) => Promise<T>,
  ): Promise<T> {
    if (!this.connectionLock.tryAcquire()) await this.inTime(this.connectionLock.acquire(deadline));
    try {
      this.deadline = deadline;
      const { moduleConnection } = this;
      return await work(moduleConnection?.isCurrent ? moduleConnection : await this.open());
    } finally {
      this.connectionLock.release();
    }
  }

  private async open(): Promise<ModuleConnection> {
    this.close();
    this.moduleConnection = await ModuleConnection.open(this.dataSource, this.host, this.retryWhileBusy);
    return this.moduleConnection;
  }

  private close(): void {
    const { moduleConnection } = this;
    this.moduleConnection = undefined;
    moduleConnection?.close();
  }

  /** Passes the turn to others while the caller waits. */
  private async releasingTurn<T>(waiting: () => Promise<T>): Promise<T> {
    this.connectionLock.release();
    try {
      return await waiting();
    } finally {
      await this.connectionLock.acquire();
    }
  }

  /** Blocks the host's statements while the work runs. */
  private async excludingHost<T>(deadline: Deadline, work: () => Promise<T>): Promise<T> {
    await this.blockHost(deadline);
    try {
      this.deadline = deadline;
      return await work();
    } finally {
      this.host.statements.unblock();
    }
  }

  private async blockHost(deadline: Deadline): Promise<void> {
    const { statements } = this.host;
    if (!statements.tryBlock()) await this.inTime(this.releasingTurn(() => statements.block(deadline)));
  }

  private async checked<T>(
    moduleConnection: ModuleConnection,
    work: (runner: QueryRunner) => Promise<T>,
  ): Promise<T> {
    moduleConnection.file?.check();
    const resume = this.host.suspend(moduleConnection.connection);
    try {
      const result = await work(moduleConnection.runner);
      moduleConnection.file?.check();
      return result;
    } finally {
      moduleConnection.reset();
      resume();
    }
  }

  private readonly retryWhileBusy: RetryWhileBusy = async (attempt, lettingHostRun = false) => {
    const { deadline } = this;
    for (let pause = 1; ; pause = Math.min(2 * pause, MAX_PAUSE)) {
      try {
        return await attempt();
      } catch (error) {
        if (!isBusy(error)) throw error;
        if (deadline.isOver) {
          const message = 'another connection has kept the file locked';
          return this.inTime(Promise.reject(new WaitTimeout(message, { cause: error })));
        }
        const pausing = (): Promise<void> => sleep(pause * (0.5 + Math.random() / 2));
        await (lettingHostRun ? this.pauseForOthers(deadline, pausing) : pausing());
      }
    }
  };

  /** Lets the host, and reads of this module, run during a pause. */
  private async pauseForOthers(deadline: Deadline, pausing: () => Promise<void>): Promise<void> {
    this.host.statements.unblock();
    await this.releasingTurn(pausing);
    await this.blockHost(deadline);
  }
}
