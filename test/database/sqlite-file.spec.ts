import { copyFile, rename, rm } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type EntitySubscriberInterface, EventSubscriber, type InsertEvent } from 'typeorm';
import { SsoUser } from '../../src/index.js';
import { boot, type TestApplication } from '../support/application.js';
import { type FreshDatabase, sqliteFiles } from '../support/databases.js';
import { expectRefused } from '../support/expectations.js';
import { freshUsername, PASSWORD } from '../support/people.js';
import { clients } from '../support/visitor.js';

const reaction: { afterInsert?: (event: InsertEvent<SsoUser>) => Promise<void> } = {};

@EventSubscriber()
class Subscriber implements EntitySubscriberInterface<SsoUser> {
  listenTo(): typeof SsoUser {
    return SsoUser;
  }
  async afterInsert(event: InsertEvent<SsoUser>): Promise<void> {
    await reaction.afterInsert?.(event);
  }
}

describe.each(sqliteFiles)('$name that is gone', (database) => {
  let fresh: FreshDatabase;
  let host: TestApplication;
  let file: string;

  beforeEach(async () => {
    fresh = await database.create();
    host = await boot({ fresh, dataSource: { subscribers: [Subscriber] } });
    file = String(host.dataSource.options.database);
  });
  afterEach(async () => {
    delete reaction.afterInsert;
    await host.close();
    await fresh.drop();
  });

  const errors = (): string[] => host.log.takeErrors().filter((line) => line.includes('was deleted'));

  it.each(clients)(
    'is a 503 to all who write and soon to all, with one error that says what to do, by %s',
    async (client) => {
      const person = await host.people.person();
      const visitor = await host.people.signIn(person, client);
      await rm(file);
      for (let times = 0; times < 3; times++) {
        const fields = { username: person.username, password: PASSWORD };
        expectRefused(await host.visitor(client).submit('/login', fields), 503, 'service_unavailable');
        expectRefused(await visitor.submit('/logout', {}), 503, 'service_unavailable');
      }
      await expect.poll(async () => (await visitor.get('/session')).status).toBe(503);
      expect(errors()).toEqual([expect.stringMatching(/put the file back, and start it again/)]);
    },
  );

  it('is noticed when another has taken its place', async () => {
    const person = await host.people.person();
    await copyFile(file, `${file}.backup`);
    await rename(`${file}.backup`, file);
    const login = await host.visitor().login({ username: person.username, password: PASSWORD });
    expectRefused(login, 503, 'service_unavailable');
    expect(errors()).toHaveLength(1);
  });

  it('is noticed when it went in the middle of a transaction', async () => {
    const username = freshUsername();
    reaction.afterInsert = () => rm(file);
    const fields = { username, password: PASSWORD, confirm_password: PASSWORD };
    expectRefused(await host.visitor().register(fields), 503, 'service_unavailable');
    host.log.takeErrors();
  });

  it('serves again when it is back, and says so when it is gone again', async () => {
    const person = await host.people.person();
    for (let times = 0; times < 2; times++) {
      await rename(file, `${file}.away`);
      const login = await host.visitor().login({ username: person.username, password: PASSWORD });
      expectRefused(login, 503, 'service_unavailable');
      expect(errors()).toHaveLength(1);
      await rename(`${file}.away`, file);
      expect(await host.people.canLogIn(person.username, PASSWORD)).toBe(true);
    }
  });
});
