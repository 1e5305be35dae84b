import type { DataSource } from 'typeorm';
import type { Dialect } from './dialect.js';
import { MysqlDialect } from './mysql.dialect.js';
import { PostgresDialect } from './postgres.dialect.js';
import { SqliteDialect } from './sqlite.dialect.js';

export const DIALECTS: readonly Dialect[] = [new SqliteDialect(), new PostgresDialect(), new MysqlDialect()];

/** @throws Error for a database that this module does not know */
export function dialectOf({ options: { type } }: Pick<DataSource, 'options'>): Dialect {
  const found = DIALECTS.find(({ types }) => types.includes(type));
  if (!found) throw new Error(`AuthModule does not know databases of TypeORM's type "${type}".`);
  return found;
}
