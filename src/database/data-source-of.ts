import type { DataSource, EntityManager, QueryRunner } from 'typeorm';

/** Returns the data source of a manager or a runner, by the only name that TypeORM 0.3 and 1.1 both have for it. */
export function dataSourceOf({ connection }: EntityManager | QueryRunner): DataSource {
  return connection;
}
