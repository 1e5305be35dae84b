import { once } from 'node:events';
import { inspect } from 'node:util';
import { Worker } from 'node:worker_threads';
import { Logger } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { driverPath } from './sqlite.driver.js';

/** How many times as long as SQLite lets it become the log may get: 10,000 pages, or 40 MB, as SQLite is set by default. */
const LONGER = 10;

/**
 * Times that the log is written back while others write. The first moves most of it; the file is synced by the first
 * that nobody adds to while it writes, as hardly anybody does in a short one. Then only little is left to wait for.
 */
const ROUNDS = 4;

/** Text, not a file: the tests run this module from TypeScript, which a thread of Node 20 does not take. */
const THREAD = `
  const { parentPort, workerData } = require('node:worker_threads');
  const Sqlite = require(workerData.driver);
  const database = new Sqlite(workerData.file, { fileMustExist: true, timeout: 0 });
  parentPort.on('message', (pragma) => parentPort.postMessage(database.pragma(pragma)));
`;

/** What is needed of a connection of better-sqlite3, which brings no types. */
interface Connection {
  name: string;
  open: boolean;
  inTransaction: boolean;
  pragma(source: 'wal_autocheckpoint', options: { simple: true }): number;
  pragma(source: `wal_autocheckpoint = ${number}`): unknown;
  pragma(source: 'wal_checkpoint(NOOP)'): [{ log: number; checkpointed: number }];
}

interface Driver {
  sqlite: unknown;
  databaseConnection: Connection;
}

type Turn = (work: () => Promise<void>) => Promise<void>;

/**
 * SQLite's log (WAL) while much is written. SQLite writes it back into the file by the thousand pages, within the
 * statement of whoever comes then, and the whole process waits for the disk. From {@link open} to {@link close} a second
 * thread does so instead, and seldom.
 */
export class WriteAheadLog {
  private readonly logger = new Logger('AuthModule');
  private thread: Worker | undefined;
  private isClosed = false;

  private constructor(
    private readonly connection: Connection,
    /** The path of better-sqlite3. */
    private readonly driver: string,
    /** Pages after which SQLite writes back. */
    private readonly usual: number,
    private readonly turn: Turn,
  ) {
    connection.pragma('wal_autocheckpoint = 0');
  }

  /**
   * `null` where nothing changes: on other databases, with a driver of the host's own, and where SQLite writes nothing
   * back, because the host or another of these does.
   *
   * @param connection the one that writes
   * @param turn has others wait until something is done
   */
  static open({ options, driver }: DataSource, connection: unknown, turn: Turn): WriteAheadLog | null {
    if (options.type !== 'better-sqlite3' || options.nativeBinding || !connection) return null;
    const { sqlite, databaseConnection: host } = driver as typeof driver & Driver;
    const path = driverPath(sqlite);
    const writer = connection as Connection;
    const usual = host.pragma('wal_autocheckpoint', { simple: true });
    if (usual <= 0) writer.pragma('wal_autocheckpoint = 0');
    const isUsed = writer.pragma('wal_autocheckpoint', { simple: true }) > 0;
    return path && isUsed ? new WriteAheadLog(writer, path, usual, turn) : null;
  }

  /** Writes back what has become too long. */
  async settle(): Promise<void> {
    await this.shorten(LONGER * this.usual);
  }

  /** Leaves the log to SQLite again, too short for the next statement to have to write it back. */
  async close(): Promise<void> {
    await this.shorten(this.usual);
    await this.leave();
  }

  private async shorten(most: number): Promise<void> {
    try {
      if (this.unwritten() < most) return;
      for (let round = 0; round < ROUNDS; round++) await this.writeBack();
      // SQLite starts the log anew when all of it is in the file.
      await this.turn(() => this.writeBack());
    } catch (error) {
      this.logger.warn(`SQLite writes its log back by itself, because this failed: ${inspect(error)}`);
      await this.leave();
    }
  }

  /** Pages that are in the log alone. */
  private unwritten(): number {
    if (this.isClosed || !this.connection.open || this.connection.inTransaction) return 0;
    // Before SQLite 3.51, which brought NOOP, this writes back.
    const [{ log, checkpointed }] = this.connection.pragma('wal_checkpoint(NOOP)');
    return log - checkpointed;
  }

  private async writeBack(): Promise<void> {
    this.thread ??= new Worker(THREAD, {
      eval: true,
      execArgv: [],
      workerData: { driver: this.driver, file: this.connection.name },
    });
    this.thread.postMessage('wal_checkpoint(PASSIVE)');
    await once(this.thread, 'message');
  }

  private async leave(): Promise<void> {
    if (this.isClosed) return;
    this.isClosed = true;
    await this.thread?.terminate();
    if (this.connection.open) this.connection.pragma(`wal_autocheckpoint = ${this.usual}`);
  }
}
