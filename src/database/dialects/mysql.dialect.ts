import type { DataSource, DataSourceOptions, QueryRunner } from 'typeorm';
import type { Connections } from '../connections.js';
import { Dialect } from './dialect.js';
import { ignoreSqlMode } from './mysql.texts.js';
import { PooledConnections } from './pooled.connections.js';

/** MySQL and MariaDB, with the driver mysql2. */
export class MysqlDialect extends Dialect {
  override readonly types = ['mysql', 'mariadb'] as const;

  override optionsFor(scheme: string, rest: string): DataSourceOptions | null {
    return scheme === 'mysql' || scheme === 'mariadb' ? { type: scheme, url: `${scheme}:${rest}` } : null;
  }

  override toolOptions(timeout: number): object {
    return { connectTimeout: timeout };
  }

  override connections(dataSource: DataSource): Connections {
    return new PooledConnections(dataSource, this);
  }

  override prepare(runner: QueryRunner): void {
    ignoreSqlMode(runner);
  }
}
