import type { Command } from '../command.js';
import { CliError, Exit, messageOf } from '../errors.js';

export const migrate: Command = {
  name: 'migrate',
  summary: 'Make or update the tables of this package, and no others',
  positionals: [],
  options: {},
  async run(call) {
    const dataSource = await call.databaseToMigrate();
    try {
      const migrations = (await dataSource.runMigrations()).map(({ name }) => name);
      const text = migrations.length > 0 ? `Ran ${migrations.join(', ')}.` : 'There was nothing to do.';
      call.output.result({ migrations }, text);
    } catch (error) {
      throw new CliError(Exit.refused, 'migration_failed', messageOf(error), error);
    }
  },
};
