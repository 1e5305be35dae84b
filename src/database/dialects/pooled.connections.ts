import type { DataSource, EntityManager, QueryRunner } from 'typeorm';
import type { Connections } from '../connections.js';
import type { Deadline } from '../deadline.js';
import type { Dialect } from './dialect.js';

/** Connections of a server, from TypeORM's pool. */
export class PooledConnections implements Connections {
  constructor(
    private readonly dataSource: DataSource,
    private readonly dialect: Dialect,
  ) {}

  read<T>(work: (manager: EntityManager) => Promise<T>, deadline: Deadline): Promise<T> {
    return this.write((runner) => work(runner.manager), deadline);
  }

  /** Uses the primary, because a replica may lag behind, and a revoked session would stay valid. */
  write<T>(work: (runner: QueryRunner) => Promise<T>, deadline: Deadline): Promise<T> {
    const runner = this.dataSource.createQueryRunner('master');
    this.dialect.prepare(runner);
    let isConnected = false;
    const run = async (): Promise<T> => {
      try {
        await runner.connect();
        isConnected = true;
        // The wait for a connection of the pool may have used up the time.
        deadline.check();
        return await work(runner);
      } finally {
        await runner.release();
      }
    };
    // A connection that does not answer is closed, because it may never answer.
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
      // There is no connection to close.
    }
  }
}
