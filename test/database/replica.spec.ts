import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { authEntities, authMigrations } from '../../src/index.js';
import { boot, type TestApplication } from '../support/application.js';
import type { FreshDatabase } from '../support/databases.js';
import { PASSWORD } from '../support/people.js';
import { itRunsOnEveryServer, servers } from '../support/servers.js';
import { clients } from '../support/visitor.js';

const NEW_PASSWORD = 'unlikely tangerine harmonica 7';

itRunsOnEveryServer();

describe.each(servers)('with a replica of $name', (server) => {
  let primary: FreshDatabase;
  let replica: FreshDatabase;
  let host: TestApplication;

  beforeAll(async () => {
    primary = await server.create(true);
    // A replica that never catches up: whatever is read from it is missing.
    replica = await server.create(true);
    const type = server.name === 'PostgreSQL' ? 'postgres' : 'mariadb';
    const tables = { entities: authEntities, migrations: authMigrations, migrationsRun: true };
    const empty: DataSourceOptions = { type, url: replica.url, ...tables };
    await (await new DataSource(empty).initialize()).destroy();
    host = await boot({
      fresh: {
        ...primary,
        connection: { type, replication: { master: { url: primary.url }, slaves: [{ url: replica.url }] } },
      },
    });
  });
  afterAll(async () => {
    await host?.close();
    await primary?.drop();
    await replica?.drop();
  });

  it.each(clients)('nothing that decides is read from the replica, by %s', async (client) => {
    const person = await host.people.person();
    const visitor = await host.people.signIn(person, client);
    expect(await visitor.isSignedIn()).toBe(true);
    expect((await visitor.changePassword(PASSWORD, NEW_PASSWORD)).status).toBe(client === 'form' ? 303 : 200);
    expect(await visitor.isSignedIn()).toBe(false);
    expect(await host.people.canLogIn(person.username, PASSWORD)).toBe(false);
    expect(await host.people.canLogIn(person.username, NEW_PASSWORD)).toBe(true);
  });

  it('a super-user sees what was just changed', async () => {
    const person = await host.people.person();
    const admin = await host.people.signIn(await host.people.superUser());
    expect((await admin.api('POST', `/users/${person.id}/lock`)).json).toMatchObject({ is_locked: true });
    expect((await admin.get(`/users/${person.id}`)).json).toMatchObject({ is_locked: true });
    expect((await admin.get(`/users?q=${person.username}`)).json).toMatchObject({ total: 1 });
    expect((await admin.get(`/users/${person.id}/audit`)).json.total).toBeGreaterThan(0);
    expect((await admin.get('/sessions')).json.sessions).toHaveLength(1);
  });
});
