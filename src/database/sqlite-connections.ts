import pLimit from 'p-limit';
import type { DataSource, EntityManager, QueryRunner } from 'typeorm';
import type { Connections } from './connections.js';
import { WriteAheadLog } from './write-ahead-log.js';

/**
 * The one connection that TypeORM has to a SQLite database and gives to every caller: two transactions at once would
 * nest into each other, so ours take turns.
 */
export class SqliteConnections implements Connections {
  private readonly turn = pLimit(1);

  constructor(private readonly dataSource: DataSource) {}

  read<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return this.turn(() => work(this.dataSource.manager));
  }

  write<T>(work: (runner: QueryRunner) => Promise<T>): Promise<T> {
    return this.turn(() => work(this.dataSource.createQueryRunner()));
  }

  async discard(): Promise<void> {
    // There is no other connection.
  }

  writeAheadLog(): WriteAheadLog | null {
    return WriteAheadLog.open(this.dataSource, this.turn);
  }
}
