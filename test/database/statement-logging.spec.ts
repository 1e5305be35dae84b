import { describe, expect, it } from 'vitest';
import { boot } from '../support/application.js';
import { StatementLog } from '../support/statement-log.js';

const WARNING = /TypeORM logs statements with their parameters/;

/** What is said at the start of an application that logs statements so. */
async function warnings(production: boolean, dataSource: object): Promise<string[]> {
  const application = await boot({ options: { production }, dataSource: { ...dataSource } });
  try {
    return application.log.of('warn').filter((line) => WARNING.test(line));
  } finally {
    await application.close();
  }
}

describe('TypeORM’s log of statements', () => {
  it.each([
    { logging: true },
    { logging: 'all' },
    { logging: ['warn', 'query'] },
    { logging: ['error'] },
    { maxQueryExecutionTime: 60_000 },
  ])('is warned of in production: %j', async (dataSource) => {
    // The parameters are what this is about; they need not be printed here.
    const silent = { logger: 'debug', ...dataSource };
    expect(await warnings(true, silent)).toHaveLength(1);
    expect(await warnings(false, silent)).toEqual([]);
  });

  it.each([{}, { logging: false }, { logging: ['warn', 'migration'] }])(
    'is no matter where it is off: %j',
    async (dataSource) => {
      expect(await warnings(true, dataSource)).toEqual([]);
    },
  );

  it('is left to a logger of the host', async () => {
    expect(await warnings(true, { logging: true, logger: new StatementLog() })).toEqual([]);
  });
});
