import { createRequire } from 'node:module';
import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { type EntitySubscriberInterface, EventSubscriber, type InsertEvent } from 'typeorm';
import { afterEach, describe, expect, it } from 'vitest';
import { SsoUser } from '../../src/index.js';
import { boot, type TestApplication } from '../support/application.js';
import { sqlite, sqliteFiles, withOptions } from '../support/databases.js';
import { expectDone, expectRefused } from '../support/expectations.js';
import { hosted } from '../support/hosted.js';
import { freshUsername, OTHER_PASSWORD, PASSWORD } from '../support/people.js';
import { clients } from '../support/visitor.js';

interface Connection {
  exec(statement: string): void;
  close(): void;
}
const Sqlite = createRequire(import.meta.url)('better-sqlite3') as new (
  file: string,
  options: object,
) => Connection;

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
const options = { subscribers: [Subscriber] };
const changesItsMind = new Error('The host changes its mind.');

afterEach(() => {
  delete reaction.afterInsert;
});

/** Runs work in a transaction of the host that is rolled back. */
async function rolledBack(
  { dataSource }: TestApplication,
  work: () => Promise<unknown>,
  first?: string,
): Promise<void> {
  const transaction = dataSource.transaction(async (manager) => {
    if (first) await manager.query(first);
    await work();
    throw changesItsMind;
  });
  await expect(transaction).rejects.toBe(changesItsMind);
}

/** Runs work while another connection has the file locked. */
async function withLock(
  { dataSource }: TestApplication,
  work: (release: () => void) => Promise<void>,
): Promise<void> {
  const other = new Sqlite(String(dataSource.options.database), {});
  other.exec('BEGIN IMMEDIATE');
  try {
    await work(() => other.exec('COMMIT'));
  } finally {
    other.close();
  }
}

/** Milliseconds for which nothing is worth waiting. */
const impatient = { timeout: 200 };

describe.each([sqlite, ...sqliteFiles])("the host's transaction and this module, on $name,", (database) => {
  const host = hosted({ database, dataSource: options });
  const isFile = database !== sqlite;

  const inVain = (work: () => Promise<unknown>, first?: string) => rolledBack(host, work, first);
  const register = (username: string) =>
    host.visitor().register({ username, password: PASSWORD, confirm_password: PASSWORD });

  it.each(clients)('what was answered stays when the host rolls back, by %s', async (client) => {
    const person = await host.people.person();
    const [locked, changed] = [await host.people.person(), await host.people.person()];
    const [leaver, changer] = [
      await host.people.signIn(person, client),
      await host.people.signIn(changed, client),
    ];
    const admin = await host.people.signIn(await host.people.superUser());
    const username = freshUsername();
    const token = leaver.cookies.get('id') ?? '';
    let session = '';
    await inVain(async () => {
      expectDone(await leaver.submit('/logout', {}), { to: '/login' });
      expectDone(await changer.changePassword(PASSWORD, OTHER_PASSWORD), { to: '/login' });
      expect((await admin.api('POST', `/users/${locked.id}/lock`)).status).toBe(200);
      expect((await register(username)).status).toBe(201);
      const signedIn = await host.people.signIn({ username, password: PASSWORD }, client);
      session = signedIn.cookies.get('id') ?? '';
    });
    leaver.cookies.put('id', token);
    expect(await leaver.isSignedIn()).toBe(false);
    expect(await host.people.canLogIn(changed.username, OTHER_PASSWORD)).toBe(true);
    expect((await host.rows.user(locked.id)).is_locked).toBe(1);
    expect(await host.rows.count('sso_user', { username })).toBe(1);
    leaver.cookies.put('id', session);
    expect(await leaver.isSignedIn()).toBe(true);
  });

  it("a write waits for the host's transaction, and then stays", async () => {
    const person = await host.people.person();
    const visitor = await host.people.signIn(person);
    let answer: ReturnType<typeof visitor.post> | undefined;
    await inVain(async () => {
      answer = visitor.submit('/logout', {});
      await sleep(50);
      expect(await host.dataSource.manager.countBy(SsoUser, { id: person.id })).toBe(1);
    }, `UPDATE sso_user SET display_name = 'in vain' WHERE id = '${person.id}'`);
    expect((await answer)?.status).toBe(200);
    expect(await host.rows.sessionsOf(person.id)).toEqual([]);
    expect((await host.rows.user(person.id)).display_name).toBeNull();
  });

  it('what the host has not committed is not seen', async () => {
    const person = await host.people.person();
    const visitor = await host.people.signIn(person);
    let answer: Promise<boolean> | undefined;
    await inVain(async () => {
      answer = visitor.isSignedIn();
      if (isFile) expect(await answer).toBe(true);
      else await sleep(50);
    }, `UPDATE sso_user SET is_active = 0 WHERE id = '${person.id}'`);
    expect(await answer).toBe(true);
  });

  it("the host's statements do not ride on a transaction of this module", async () => {
    const person = await host.people.person();
    const username = freshUsername();
    let written: Promise<unknown> | undefined;
    let write = (): void => undefined;
    const asked = new Promise<void>((resolve) => (write = resolve));
    // Outside of the transaction, as another request of the host would be.
    written = asked.then(() =>
      host.dataSource.manager.update(SsoUser, { id: person.id }, { displayName: 'kept' }),
    );
    reaction.afterInsert = async ({ entity }) => {
      if (entity.username !== username) return;
      write();
      await sleep(50);
      throw changesItsMind;
    };
    expect((await register(username)).status).toBe(500);
    host.log.takeErrors();
    await written;
    expect(await host.rows.count('sso_user', { username })).toBe(0);
    expect((await host.rows.user(person.id)).display_name).toBe('kept');
  });

  it('what a subscriber writes by the data source belongs to the transaction that it is called in', async () => {
    const person = await host.people.person();
    const usernames = [freshUsername(), freshUsername()];
    reaction.afterInsert = async ({ entity }) => {
      if (!usernames.includes(entity.username)) return;
      await host.dataSource.getRepository(SsoUser).save({ id: person.id, displayName: entity.username });
      if (entity.username === usernames[1]) throw changesItsMind;
    };
    expect((await register(usernames[0] ?? '')).status).toBe(201);
    expect((await register(usernames[1] ?? '')).status).toBe(500);
    host.log.takeErrors();
    expect((await host.rows.user(person.id)).display_name).toBe(usernames[0]);
  });

  it("many of the host's transactions and of this module's, at once, all come through", async () => {
    const people = await Promise.all(Array.from({ length: 10 }, () => host.people.person()));
    const ofHost = async (): Promise<void> => {
      for (const { id } of people) {
        await host.dataSource.transaction(async (manager) => {
          await manager.findOneBy(SsoUser, { id });
          await sleep(1);
          await manager.update(SsoUser, { id }, { displayName: 'by the host' });
        });
      }
    };
    const ofOurs = Promise.all(people.map((person) => host.people.signIn(person)));
    const [visitors] = await Promise.all([ofOurs, ofHost()]);
    for (const visitor of visitors) expect(await visitor.isSignedIn()).toBe(true);
    for (const { id } of people) expect((await host.rows.user(id)).display_name).toBe('by the host');
  });

  it('the host may alter its tables, vacuum, and begin anew', async () => {
    const username = freshUsername();
    await host.dataSource.query('ALTER TABLE sso_user ADD COLUMN nickname varchar(20)');
    await host.dataSource.query('VACUUM');
    expect((await register(username)).status).toBe(201);
    await host.dataSource.dropDatabase();
    await host.dataSource.runMigrations();
    expect((await register(username)).status).toBe(201);
  });
});

describe.each([sqlite, ...sqliteFiles])("the host's transaction that does not end, on $name,", (database) => {
  const host = hosted({ database: withOptions(database, impatient) });
  const register = (username: string) =>
    host.visitor().register({ username, password: PASSWORD, confirm_password: PASSWORD });

  it('whoever has the host wait within its own transaction is refused in time, and nothing is written', async () => {
    const person = await host.people.person();
    const visitor = await host.people.signIn(person);
    const username = freshUsername();
    await rolledBack(
      host,
      async () => {
        const answers = await Promise.all([
          visitor.submit('/logout', {}),
          register(username),
          register(username),
        ]);
        for (const answer of answers) expectRefused(answer, 503, 'service_unavailable');
      },
      `UPDATE sso_user SET display_name = 'in vain' WHERE id = '${person.id}'`,
    );
    expect(host.log.takeErrors().join('\n')).toMatch(
      /a transaction of the application has not ended in time/,
    );
    expect(await visitor.isSignedIn()).toBe(true);
    expect(await host.rows.count('sso_user', { username })).toBe(0);
    expect((await visitor.submit('/logout', {})).status).toBe(200);
  });
});

describe.each(sqliteFiles)('a lock that another connection has on $name', (database) => {
  const host = hosted({ database });

  it('is waited for, while the process goes on', async () => {
    const person = await host.people.person();
    const visitor = await host.people.signIn(person);
    await withLock(host, async (release) => {
      let isOver = false;
      const login = host.visitor().login({ username: person.username, password: PASSWORD });
      void login.finally(() => (isOver = true));
      // Each would be held up for as long as the lock is, if SQLite waited.
      for (let turn = 0; turn < 10; turn++) {
        expect(await visitor.isSignedIn()).toBe(true);
        expect(isOver).toBe(false);
      }
      release();
      expect((await login).status).toBe(200);
    });
  });
});

/** Whichever is shorter counts: the time-out of the driver, or that of the module. */
const shortTimeouts = sqliteFiles.flatMap((database) => [
  {
    name: `${database.name}, by its driver's time-out`,
    database: withOptions(database, impatient),
    options: {},
  },
  {
    name: `${database.name}, by databaseTimeout`,
    database: withOptions(database, { timeout: 3_600_000 }),
    settings: { databaseTimeout: 0.3 },
  },
]);

describe.each(shortTimeouts)('a lock that stays on $name', ({ database, settings }) => {
  const host = hosted({ database, options: settings });

  it('is a 503, to everybody at the same time', async () => {
    const person = await host.people.person();
    await withLock(host, async (release) => {
      const login = { username: person.username, password: PASSWORD };
      const answers = await Promise.all([1, 2, 3].map(() => host.visitor().login(login)));
      for (const answer of answers) expectRefused(answer, 503, 'service_unavailable');
      expect(host.log.takeErrors().join()).toContain('another connection has kept the file locked');
      release();
      expect(await host.people.canLogIn(person.username, PASSWORD)).toBe(true);
    });
  });
});

describe('the second connection to a SQLite file', () => {
  const [, withLog = sqlite] = sqliteFiles;

  it.each(sqliteFiles)('is closed with the data source: $name', async (database) => {
    const fresh = await database.create();
    const host = await boot({ fresh });
    try {
      await host.people.person();
      const file = String(host.dataSource.options.database);
      await host.dataSource.destroy();
      expect(existsSync(`${file}-wal`)).toBe(false);
      await host.dataSource.initialize();
      const person = await host.people.person();
      expect(await host.people.canLogIn(person.username, PASSWORD)).toBe(true);
    } finally {
      await host.close();
      await fresh.drop();
    }
  });

  it('gets what the host prepares its databases with', async () => {
    const fresh = await withLog.create();
    let prepared = 0;
    const prepareDatabase = (): unknown => (prepared += 1);
    const host = await boot({ fresh, dataSource: { prepareDatabase } as object });
    try {
      await host.people.person();
      expect(prepared).toBe(2);
    } finally {
      await host.close();
      await fresh.drop();
    }
  });

  it('is not opened where the host keeps the file to itself', async () => {
    const fresh = await withLog.create();
    const prepareDatabase = (connection: Connection): void =>
      connection.exec('PRAGMA locking_mode = EXCLUSIVE');
    const host = await boot({ fresh, dataSource: { prepareDatabase } as object });
    try {
      const person = await host.people.person();
      expect(await host.people.canLogIn(person.username, PASSWORD)).toBe(true);
    } finally {
      await host.close();
      await fresh.drop();
    }
  });
});
