import { existsSync } from 'node:fs';
import type { DataSource, DataSourceOptions } from 'typeorm';
import type { Connections } from '../connections.js';
import { Dialect } from './dialect.js';
import { SqliteConnections } from './sqlite/sqlite.connections.js';
import { driverProblem } from './sqlite/sqlite.driver.js';

/** SQLite, with better-sqlite3 or sql.js. */
export class SqliteDialect extends Dialect {
  override readonly types = ['better-sqlite3', 'sqljs'] as const;
  override readonly locksRows = false;

  override optionsFor(scheme: string, rest: string): DataSourceOptions | null {
    return scheme === 'sqlite'
      ? { type: 'better-sqlite3', database: rest, enableWAL: rest !== ':memory:' }
      : null;
  }

  override toolOptions(): object {
    return { enableWAL: false };
  }

  override connections(dataSource: DataSource): Connections {
    return SqliteConnections.of(dataSource);
  }

  override driverProblem(dataSource: DataSource): string | null {
    return driverProblem(dataSource);
  }

  override missingFile(options: DataSourceOptions): string | null {
    if (options.type !== 'better-sqlite3' || options.database === ':memory:') return null;
    return existsSync(options.database) ? null : options.database;
  }
}
