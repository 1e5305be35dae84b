import type { Type } from '@nestjs/common';
import { type EntityManager, type EntityMetadata, MigrationExecutor } from 'typeorm';
import { dataSourceOf } from './data-source-of.js';
import { isAccessError, isSchemaError } from './driver-error.js';

/** Tables, columns and migrations that a database lacks. */
export interface MissingSchema {
  /** For instance `table sso_session` and `column sso_user.nickname`. */
  parts: string[];
  /** Names of the migrations that have not run, in their order. */
  pending: string[];
}

/**
 * Checks that the tables and columns of entities exist, with one statement for each entity that reads no row. More
 * statements follow only after one has failed.
 *
 * @param migrations whose names are listed if they have not run
 * @returns `null` if nothing is missing
 * @throws every other error of the database
 */
export async function missingSchema(
  manager: EntityManager,
  entities: readonly Type[],
  migrations: readonly Type[],
): Promise<MissingSchema | null> {
  const dataSource = dataSourceOf(manager);
  const parts: string[] = [];
  for (const entity of entities) parts.push(...(await missingOf(manager, dataSource.getMetadata(entity))));
  if (parts.length === 0) return null;
  const executed = await new MigrationExecutor(dataSource, manager.queryRunner).getExecutedMigrations();
  const names = new Set(executed.map(({ name }) => name));
  return { parts, pending: migrations.map(({ name }) => name).filter((name) => !names.has(name)) };
}

async function missingOf(manager: EntityManager, { tablePath, columns }: EntityMetadata): Promise<string[]> {
  const { driver } = dataSourceOf(manager);
  const escaped = tablePath.split('.').map((name) => driver.escape(name));
  const stored = columns
    .filter(({ isVirtualProperty }) => !isVirtualProperty)
    .map(({ databaseName }) => databaseName);
  // SQLite may read an unknown quoted name as a text, but not after an alias.
  const list = stored.map((name) => `t.${driver.escape(name)}`);
  try {
    await manager.query(`SELECT ${list.join(', ')} FROM ${escaped.join('.')} t WHERE 1 = 0`);
    return [];
  } catch (error) {
    // A host may give this module an audit table that it can only write to.
    if (isAccessError(error)) return [];
    if (!isSchemaError(error)) throw error;
  }
  const table = await manager.queryRunner?.getTable(tablePath);
  if (!table) return [`table ${tablePath}`];
  const found = new Set(table.columns.map(({ name }) => name));
  return stored.filter((name) => !found.has(name)).map((name) => `column ${tablePath}.${name}`);
}
