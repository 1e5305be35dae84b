import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import type { DataSource, EntityManager, QueryRunner } from 'typeorm';
import { ServiceUnavailableException } from '../../../errors/service-unavailable.exception.js';
import type { Connections } from '../../connections.js';
import { Deadline } from '../../deadline.js';
import { TransactionScope } from '../../transaction-scope.js';
import { driverOf, isBusy } from './connection.js';
import { HostConnection, type Neighbour } from './host.connection.js';
import { type Patiently, Place } from './place.js';
import { Turns, WaitedTooLong } from './turns.js';

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
export class SqliteConnections implements Connections, Neighbour {
  private static readonly all = new WeakMap<DataSource, SqliteConnections>();

  private readonly logger = new Logger('AuthModule');
  private readonly host: HostConnection;
  private readonly writers = new Turns();
  /** Turns on the connection, one caller at a time. */
  private readonly turns = new Turns();
  private place: Place | undefined;
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
    return this.inTurn(deadline, (place) => {
      if (!place.file?.wasChecked(CHECK_INTERVAL)) place.file?.check();
      const { manager } = place.runner;
      return place.isOwn ? work(manager) : this.alone(deadline, () => work(manager));
    });
  }

  async write<T>(work: (runner: QueryRunner) => Promise<T>, whole: Deadline): Promise<T> {
    const deadline = whole.atMost(this.maxWait);
    await this.inTime(this.writers.take(deadline));
    try {
      return await this.inTurn(deadline, (place) => this.alone(deadline, () => this.checked(place, work)));
    } finally {
      this.writers.pass();
    }
  }

  /** Makes further statements of the transaction fail; {@link Place.tidy} rolls it back before the next turn. */
  async discard(runner: QueryRunner): Promise<void> {
    Object.assign(runner, { isReleased: true });
  }

  joined(): QueryRunner | undefined {
    const scope = TransactionScope.current(this.dataSource);
    return scope && scope.runner === this.place?.runner ? scope.runner : undefined;
  }

  admit<T>(statement: () => Promise<T>): Promise<T> {
    return this.inTime(this.host.statements.run(statement, new Deadline(this.maxWait)));
  }

  async closing(disconnect: () => Promise<void>): Promise<void> {
    const isTaken = await this.turns.take(new Deadline(this.maxWait)).then(
      () => true,
      () => false,
    );
    this.close();
    if (isTaken) this.turns.pass();
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
      return await work(place?.isCurrent ? place : await this.open());
    } finally {
      this.turns.pass();
    }
  }

  private async open(): Promise<Place> {
    this.close();
    this.place = await Place.open(this.dataSource, this.host, this.patiently);
    return this.place;
  }

  private close(): void {
    const { place } = this;
    this.place = undefined;
    place?.close();
  }

  /** Passes the turn to others while the caller waits. */
  private async aside<T>(waiting: () => Promise<T>): Promise<T> {
    this.turns.pass();
    try {
      return await waiting();
    } finally {
      await this.turns.take();
    }
  }

  /** Blocks the host's statements while the work runs. */
  private async alone<T>(deadline: Deadline, work: () => Promise<T>): Promise<T> {
    await this.keepHostOut(deadline);
    try {
      this.deadline = deadline;
      return await work();
    } finally {
      this.host.statements.letIn();
    }
  }

  private async keepHostOut(deadline: Deadline): Promise<void> {
    const { statements } = this.host;
    if (!statements.tryKeepOut()) await this.inTime(this.aside(() => statements.keepOut(deadline)));
  }

  private async checked<T>(place: Place, work: (runner: QueryRunner) => Promise<T>): Promise<T> {
    place.file?.check();
    const resume = this.host.suspend(place.connection);
    try {
      const result = await work(place.runner);
      place.file?.check();
      return result;
    } finally {
      place.tidy();
      resume();
    }
  }

  private readonly patiently: Patiently = async (attempt, letsIn = false) => {
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
        await (letsIn ? this.standingAside(deadline, pausing) : pausing());
      }
    }
  };

  /** Lets the host, and reads of this module, run during a pause. */
  private async standingAside(deadline: Deadline, pausing: () => Promise<void>): Promise<void> {
    this.host.statements.letIn();
    await this.aside(pausing);
    await this.keepHostOut(deadline);
  }
}
