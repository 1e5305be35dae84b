import type { DataSource, DataSourceOptions } from 'typeorm';
import type { Connections } from '../connections.js';
import { Dialect } from './dialect.js';
import { PooledConnections } from './pooled.connections.js';

/** PostgreSQL, with the driver pg. */
export class PostgresDialect extends Dialect {
  override readonly types = ['postgres'] as const;
  override readonly readsJsonRowsFaster = true;

  override optionsFor(scheme: string, rest: string): DataSourceOptions | null {
    return scheme === 'postgres' || scheme === 'postgresql'
      ? { type: 'postgres', url: `postgres:${rest}` }
      : null;
  }

  override toolOptions(timeout: number): object {
    return { connectTimeoutMS: timeout };
  }

  override connections(dataSource: DataSource): Connections {
    return new PooledConnections(dataSource, this);
  }

  override isOneOf(values: readonly string[]): [condition: string, parameters: unknown[]] {
    return ['= ANY($1)', [values]];
  }

  override async checkNotAborted(query: (statement: string) => Promise<unknown>): Promise<void> {
    await query('SELECT 1');
  }
}
