import { expect, it } from 'vitest';
import type { DataSource } from 'typeorm';
import { boot, type TestApplication } from '../support/application.js';
import type { FreshDatabase } from '../support/databases.js';
import { freshUsername, OTHER_PASSWORD, PASSWORD } from '../support/people.js';
import { itRunsOnEveryServer, servers } from '../support/servers.js';
import { clients, type Answer, type Client } from '../support/visitor.js';

const LEVELS = ['READ COMMITTED', 'REPEATABLE READ', 'SERIALIZABLE'];

itRunsOnEveryServer();

/** A host whose database gives its transactions another isolation than usual. */
async function at(level: string, fresh: FreshDatabase): Promise<TestApplication> {
  const { connection } = fresh;
  if (connection.type === 'postgres') {
    const options = `-c default_transaction_isolation=${level.toLowerCase().replace(' ', '\\ ')}`;
    return boot({ fresh: { ...fresh, connection: { ...connection, extra: { options, max: 20 } } } });
  }
  const host = await boot({ fresh });
  onEveryConnection(host.dataSource, `SET SESSION TRANSACTION ISOLATION LEVEL ${level}`);
  return host;
}

function onEveryConnection(dataSource: DataSource, statement: string): void {
  const { pool } = dataSource.driver as typeof dataSource.driver & {
    pool: { on(event: 'acquire', listener: (connection: { query(text: string): void }) => void): void };
  };
  pool.on('acquire', (connection) => connection.query(statement));
}

it.each(servers.flatMap((server) => LEVELS.map((level) => ({ server, level, name: server.name }))))(
  'on $name at $level, what many do at once to one user succeeds',
  async ({ server, level }) => {
    const fresh = await server.create();
    const host = await at(level, fresh);
    try {
      for (const client of clients) await expectAllSucceed(host, client);
      await expectOneChange(host);
    } finally {
      await host.close();
      await fresh.drop();
    }
  },
);

async function expectAllSucceed(host: TestApplication, client: Client): Promise<void> {
  const person = await host.people.person();
  const visitors = Array.from({ length: 20 }, () => host.visitor(client));
  const logins = await Promise.all(
    visitors.map((visitor) => visitor.login({ username: person.username, password: PASSWORD })),
  );
  expect(logins.map(({ status }) => status)).toEqual(logins.map(() => (client === 'json' ? 200 : 303)));
  expect(await host.rows.sessionsOf(person.id)).toHaveLength(20);

  const admin = await host.people.signIn(await host.people.superUser());
  const edits = await Promise.all(
    Array.from({ length: 20 }, () =>
      admin.api('PATCH', `/users/${person.id}`, { username: freshUsername() }),
    ),
  );
  expect(statuses(edits)).toEqual([200]);
}

/** Of several changes with the same old password one is done, and the others are told so. */
async function expectOneChange(host: TestApplication): Promise<void> {
  const person = await host.people.person();
  const visitors = await Promise.all(Array.from({ length: 6 }, () => host.people.signIn(person)));
  const changes = await Promise.all(visitors.map((one) => one.changePassword(PASSWORD, OTHER_PASSWORD)));
  expect(changes.filter(({ status }) => status === 200)).toHaveLength(1);
  expect(changes.filter(({ status }) => ![200, 401, 409, 422].includes(status))).toEqual([]);
}

function statuses(answers: Answer[]): number[] {
  return [...new Set(answers.map(({ status }) => status))];
}
