import type { DataSource, EntityManager, QueryRunner } from 'typeorm';
import type { Connections } from '../connections.js';
import type { Deadline } from '../deadline.js';
import type { Dialect } from './dialect.js';

/** A pool of connections to a server. */
export class PooledConnections implements Connections {
  constructor(
    private readonly dataSource: DataSource,
    private readonly dialect: Dialect,
  ) {}

  read<T>(work: (manager: EntityManager) => Promise<T>, deadline: Deadline): Promise<T> {
    return this.write((runner) => work(runner.manager), deadline);
  }

  /** On the primary: the host's replicas, if any, may be behind, and a revoked session would live on. */
  write<T>(work: (runner: QueryRunner) => Promise<T>, deadline: Deadline): Promise<T> {
    const runner = this.dataSource.createQueryRunner('master');
    this.dialect.prepare(runner);
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
