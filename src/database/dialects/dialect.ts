import type { DataSource, DataSourceOptions, QueryRunner } from 'typeorm';
import type { Connections } from '../connections.js';

/** What this module does on one kind of database as it does on no other. */
export abstract class Dialect {
  /** The types of TypeORM's data sources that speak it. */
  abstract readonly types: readonly DataSourceOptions['type'][];

  /** Whether rows are locked. Without that, one transaction writes at a time, and the others wait without a connection. */
  readonly locksRows: boolean = true;

  /** Whether a row that comes as one JSON array costs its driver less than a column for each value. */
  readonly packsRows: boolean = false;

  /** The options of a data source for a URL; `null` for one of another database. @param rest what follows the scheme and its colon */
  abstract optionsFor(scheme: string, rest: string): DataSourceOptions | null;

  /** Options for a tool that connects once: it does not wait forever, and does not change a file permanently. @param timeout milliseconds */
  abstract toolOptions(timeout: number): object;

  abstract connections(dataSource: DataSource): Connections;

  /** The condition that a column is one of the values, and its parameters. */
  isOneOf(values: readonly string[]): [condition: string, parameters: unknown[]] {
    return [`IN (${values.map(() => '?').join(', ')})`, [...values]];
  }

  /** Has the statements on a connection mean what they say. */
  prepare(_runner: QueryRunner): void {}

  /** @throws where a statement has failed, nobody cared, and COMMIT would therefore take everything back without a word */
  async checkAlive(_query: (statement: string) => Promise<unknown>): Promise<void> {}

  /** Why the driver of a data source would end this process without an error to catch, with the remedy; `null` = it would not. */
  unfitDriver(_dataSource: DataSource): string | null {
    return null;
  }

  /** The file of a database that is not there, and that connecting would create. */
  missingFile(_options: DataSourceOptions): string | null {
    return null;
  }
}
