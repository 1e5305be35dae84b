import type { DataSource } from 'typeorm';
import type { Command } from '../command.js';
import { CliError, Exit, messageOf } from '../errors.js';

export const migrate: Command = {
  name: 'migrate',
  summary: 'Create or update the tables of this package, and no others',
  positionals: [],
  options: {},
  async run(call) {
    const migrations = await migrated(await call.databaseToMigrate());
    const text = migrations.length > 0 ? `Ran ${migrations.join(', ')}.` : 'Nothing to do.';
    await call.output.result({ migrations }, text);
  },
};

async function migrated(dataSource: DataSource): Promise<string[]> {
  try {
    return (await dataSource.runMigrations()).map(({ name }) => name);
  } catch (error) {
    throw new CliError(Exit.refused, 'migration_failed', messageOf(error), error);
  }
}
