import type { DataSource, EntityManager, QueryRunner } from 'typeorm';
import type { Deadline } from './deadline.js';
import { ignoreSqlMode } from './mysql-texts.js';

/** The connections of the host's data source, as this module takes them and gives them back. */
export interface Connections {
  /** Runs statements that only read. */
  read<T>(work: (manager: EntityManager) => Promise<T>, deadline: Deadline): Promise<T>;
  /** Runs a transaction. */
  write<T>(work: (runner: QueryRunner) => Promise<T>, deadline: Deadline): Promise<T>;
  /** Closes the connection of a transaction that could not be rolled back: its next user would commit what is left. */
  discard(runner: QueryRunner): Promise<void>;
}

/** A pool of connections to a server. */
export class PooledConnections implements Connections {
  constructor(private readonly dataSource: DataSource) {}

  read<T>(work: (manager: EntityManager) => Promise<T>, deadline: Deadline): Promise<T> {
    return this.write((runner) => work(runner.manager), deadline);
  }

  /** On the primary: the host's replicas, if any, may be behind, and a revoked session would live on. */
  write<T>(work: (runner: QueryRunner) => Promise<T>, deadline: Deadline): Promise<T> {
    const runner = this.dataSource.createQueryRunner('master');
    ignoreSqlMode(runner);
    let isConnected = false;
    const run = async (): Promise<T> => {
      try {
        await runner.connect();
        isConnected = true;
        // The pool may have kept it waiting.
        deadline.check();
        return await work(runner);
      } finally {
        await runner.release();
      }
    };
    // Nothing more is asked of a connection that does not answer.
    return deadline.race(run(), () => {
      if (isConnected) void this.discard(runner);
    });
  }

  async discard(runner: QueryRunner): Promise<void> {
    try {
      const connection: { destroy?: () => void; end?: () => unknown } = await runner.connect();
      if (connection.destroy) connection.destroy();
      else void connection.end?.();
    } catch {
      // There is no connection, so there is nothing left behind.
    }
  }
}
