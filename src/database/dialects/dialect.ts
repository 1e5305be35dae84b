import type { DataSource, DataSourceOptions, QueryRunner } from 'typeorm';
import type { Connections } from '../connections.js';

/** The differences between databases; one subclass for each kind of database. */
export abstract class Dialect {
  /** TypeORM's data source types for this kind of database. */
  abstract readonly types: readonly DataSourceOptions['type'][];

  /** Whether the database locks rows. Otherwise one transaction writes at a time, and the others wait without a connection. */
  readonly locksRows: boolean = true;

  /** Whether the driver reads a row faster as one JSON array than as one column for each value. */
  readonly readsJsonRowsFaster: boolean = false;

  /**
   * Returns the options of a data source for a URL; `null` for a URL of another database.
   *
   * @param rest the URL without its scheme and colon
   */
  abstract optionsFor(scheme: string, rest: string): DataSourceOptions | null;

  /**
   * Returns options for a tool that connects once: they limit how long it waits, and leave no lasting change in a file.
   *
   * @param timeout milliseconds
   */
  abstract toolOptions(timeout: number): object;

  abstract connections(dataSource: DataSource): Connections;

  /** Returns the SQL condition that a column is one of the values, and its parameters. */
  isOneOf(values: readonly string[]): [condition: string, parameters: unknown[]] {
    return [`IN (${values.map(() => '?').join(', ')})`, [...values]];
  }

  /** Adapts a connection so that values in statements are read literally. */
  prepare(_runner: QueryRunner): void {}

  /**
   * Checks before COMMIT that the database has not already aborted the transaction.
   *
   * @throws the error of the database if it has; COMMIT would roll back silently
   */
  async checkNotAborted(_query: (statement: string) => Promise<unknown>): Promise<void> {}

  /**
   * Returns why the driver of a data source would end this process without an error to catch, and the remedy; `null` if it
   * would not.
   */
  driverProblem(_dataSource: DataSource): string | null {
    return null;
  }

  /** Returns the path of a database file that does not exist, and that connecting would create; `null` otherwise. */
  missingFile(_options: DataSourceOptions): string | null {
    return null;
  }
}
