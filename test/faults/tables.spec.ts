import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { boot, type TestApplication } from '../support/application.js';
import { databases, type FreshDatabase } from '../support/databases.js';
import { stepsByClient } from './steps.js';
import { expectUnavailable } from './stand.js';

// Each table is written in the middle of a transaction.
describe.each(databases)('when a table is gone in the middle of a change, on $name,', (database) => {
  let fresh: FreshDatabase;
  let host: TestApplication;

  beforeAll(async () => {
    fresh = await database.create(true);
    host = await boot({ fresh });
  });
  afterAll(async () => {
    await host?.close();
    await fresh?.drop();
  });

  async function without(table: string, work: () => Promise<void>): Promise<void> {
    const runner = host.dataSource.createQueryRunner();
    await runner.renameTable(table, `${table}_away`);
    try {
      await work();
    } finally {
      await runner.renameTable(`${table}_away`, table);
      await runner.release();
    }
  }

  const writing = stepsByClient.filter(([name]) => name !== 'a look at a session');

  it.each(writing)('%s (%s) is rolled back without its audit', async (_, client, step) => {
    const { go, state, old, done } = await step.prepare({ host, rows: host.rows }, client);
    await without('sso_audit_event', async () => expectUnavailable(await go()));
    expect(await state()).toEqual(old);
    expect((await go()).status).toBeLessThan(400);
    expect(await state()).toEqual(done);
  });

  const changing = stepsByClient.filter(([name]) => name.includes('password'));

  it.each(changing)('%s (%s) is rolled back without its history', async (_, client, step) => {
    const { go, state, old, done } = await step.prepare({ host, rows: host.rows }, client);
    await without('sso_password_history', async () => expectUnavailable(await go()));
    expect(await state()).toEqual(old);
    expect((await go()).status).toBeLessThan(400);
    expect(await state()).toEqual(done);
  });
});
