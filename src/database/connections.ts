import type { DataSource, EntityManager, QueryRunner } from 'typeorm';

/** The connections of the host's data source, as this module takes them and gives them back. */
export interface Connections {
  /** Runs statements that only read. */
  read<T>(work: (manager: EntityManager) => Promise<T>): Promise<T>;
  /** Runs a transaction. */
  write<T>(work: (runner: QueryRunner) => Promise<T>): Promise<T>;
  /** Closes the connection of a transaction that could not be rolled back: its next user would commit what is left. */
  discard(runner: QueryRunner): Promise<void>;
}

/** A pool of connections to a server. */
export class PooledConnections implements Connections {
  constructor(private readonly dataSource: DataSource) {}

  /** From the primary: the host's replicas, if any, may be behind, and a revoked session would live on. */
  read<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    const { driver, manager } = this.dataSource;
    return driver.isReplicated ? this.write((runner) => work(runner.manager)) : work(manager);
  }

  async write<T>(work: (runner: QueryRunner) => Promise<T>): Promise<T> {
    const runner = this.dataSource.createQueryRunner('master');
    try {
      return await work(runner);
    } finally {
      await runner.release();
    }
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
