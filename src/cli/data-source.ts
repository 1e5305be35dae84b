import { DataSource, type DataSourceOptions, InstanceChecker, type Logger, TypeORMError } from 'typeorm';
import { databaseFromUrl } from '../database/database-url.js';
import { dialectOf } from '../database/dialects/dialects.js';
import { authEntities, authMigrations } from '../auth.entities.js';
import type { Arguments } from './arguments.js';
import { CliError, Exit, messageOf, UsageError } from './errors.js';
import { exportsOf } from './modules.js';

/** Milliseconds. */
const CONNECT_TIMEOUT = 10_000;

const nothing = (): void => undefined;

/** A host may log statements to standard output, with the hashes in them. */
const SILENT: Logger = {
  logQuery: nothing,
  logQueryError: nothing,
  logQuerySlow: nothing,
  logSchemaBuild: nothing,
  logMigration: nothing,
  log: nothing,
};

/**
 * The data source that the command line names, connected.
 *
 * @param toMigrate whether it gets this module's migrations in the place of its own, and a file where it has none
 * @throws CliError
 */
export async function openDataSource(
  args: Arguments,
  env: NodeJS.ProcessEnv,
  toMigrate = false,
): Promise<DataSource> {
  const dataSource = await dataSourceOf(args, env);
  if (!toMigrate) checkFileExists(dataSource);
  checkDriver(dataSource);
  // A module may connect while it is loaded.
  if (dataSource.isInitialized) await dataSource.destroy();
  // What a host wants at its own start must not happen at every command.
  dataSource.setOptions({
    synchronize: false,
    dropSchema: false,
    migrationsRun: false,
    logger: SILENT,
    ...(toMigrate && { migrations: [...authMigrations] }),
  });
  try {
    await dataSource.initialize();
  } catch (error) {
    if (error instanceof TypeORMError) throw new UsageError(`The data source: ${messageOf(error)}`, error);
    throw new CliError(Exit.database, 'database_unreachable', messageOf(error), error);
  }
  try {
    // Now it is known how it was compiled, too.
    checkDriver(dataSource);
  } catch (error) {
    await dataSource.destroy();
    throw error;
  }
  return dataSource;
}

function checkDriver(dataSource: DataSource): void {
  const complaint = dialectOf(dataSource).driverProblem(dataSource);
  if (complaint !== null) throw new UsageError(complaint);
}

async function dataSourceOf(args: Arguments, env: NodeJS.ProcessEnv): Promise<DataSource> {
  const file = args.text('data-source');
  const url = args.text('database-url');
  if (file !== undefined && url !== undefined) {
    throw new UsageError('Give --data-source or --database-url, not both.');
  }
  if (file !== undefined) return fromFile(file);
  const fallback = url ?? env['DATABASE_URL'];
  if (!fallback) {
    throw new UsageError(
      'Name the database: --data-source <file>, --database-url <url>, or DATABASE_URL in the environment.',
    );
  }
  return fromUrl(fallback);
}

async function fromFile(file: string): Promise<DataSource> {
  const exported = [...(await exportsOf(file, 'data-source')).values()];
  // A CommonJS module has each of its exports twice.
  const [found, ...others] = new Set(exported.filter((value) => InstanceChecker.isDataSource(value)));
  if (!found || others.length > 0) {
    throw new UsageError(
      `The data-source file ${file} must export one TypeORM DataSource; it exports ${found ? others.length + 1 : 'none'}.`,
    );
  }
  return found;
}

function fromUrl(url: string): DataSource {
  try {
    const options = databaseFromUrl(url);
    return new DataSource({
      ...options,
      ...dialectOf({ options }).toolOptions(CONNECT_TIMEOUT),
      entities: [...authEntities],
      migrations: [...authMigrations],
    } as DataSourceOptions);
  } catch (error) {
    throw new UsageError(messageOf(error), error);
  }
}

/** To open a SQLite file that is not there would make it, and its folder. */
function checkFileExists(dataSource: DataSource): void {
  const file = dialectOf(dataSource).missingFile(dataSource.options);
  if (file !== null)
    throw new CliError(Exit.database, 'database_unreachable', `The file ${file} does not exist.`);
}
