import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { getDataSourceToken } from '@nestjs/typeorm';
import type { DataSource, MigrationInterface } from 'typeorm';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { parse } from 'yaml';
import { authMigrations, SsoUserService } from '../../src/index.js';
import { boot, type TestApplication } from '../support/application.js';
import { databases, type FreshDatabase } from '../support/databases.js';
import { expectDone, expectRefused } from '../support/expectations.js';
import { hosted } from '../support/hosted.js';
import { PASSWORD } from '../support/people.js';
import { clients, Visitor } from '../support/visitor.js';
import { boardOf } from '../users/board.js';
import { hasNginx, Nginx } from './nginx.js';
import { textOf } from './pages.js';
import { codeUnder, fileOf } from './recipe.js';

const redisUrl = process.env.TEST_REDIS_URL ?? 'redis://127.0.0.1:6379';

/** Starts a module of a recipe, and logs a user in. */
async function expectLogin(module: Type): Promise<void> {
  const app = await NestFactory.create(module, { logger: false, abortOnError: false });
  try {
    await app.listen(0, '127.0.0.1');
    const users = app.get(SsoUserService);
    await users.createUser(
      { username: 'zoe', password: PASSWORD, autoApprove: true },
      SsoUserService.system('tests'),
    );
    const visitor = new Visitor(await app.getUrl());
    expectDone(await visitor.login({ username: 'zoe', password: PASSWORD }), { to: '/' });
    expect(app.get<DataSource>(getDataSourceToken()).hasMetadata('SsoUser')).toBe(true);
  } finally {
    await app.close();
  }
}

describe.each(databases)('the recipes, on $name', (database) => {
  let fresh: FreshDatabase;

  beforeAll(async () => {
    fresh = await database.create(true);
    vi.stubEnv('DATABASE_URL', fresh.url);
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    await fresh?.drop();
  });

  it('“Entities that load themselves” logs in', async () => {
    const { AppModule } = await fileOf<{ AppModule: Type }>(
      'Entities that load themselves',
      'src/app.module.ts',
    );
    await expectLogin(AppModule);
  });
});

describe.each(databases)('“Rows that belong to a user”, on $name', (database) => {
  const heading = 'Rows that belong to a user';
  let host: TestApplication;

  beforeAll(async () => {
    const { AddInvoices1795000000000: migration } = await fileOf<Record<string, Type<MigrationInterface>>>(
      heading,
      'src/add-invoices.migration.ts',
    );
    if (!migration) throw new Error('The recipe has no migration.');
    host = await boot({ database, dataSource: { migrations: [...authMigrations, migration] } });
  });
  afterAll(() => host?.close());

  async function deletionWith(table: string) {
    const { admin, own, person } = await boardOf(host);
    const sql = `INSERT INTO ${table} (id, user_id) VALUES (1, '${person.id}')`;
    await host.dataSource.query(sql);
    return { answer: await admin.api('DELETE', own), rows: () => host.rows.all(table) };
  }

  it('deletes rows with their user', async () => {
    const { answer, rows } = await deletionWith('draft');
    expect(answer.status).toBe(200);
    expect(await rows()).toEqual([]);
  });

  it('keeps rows without their user', async () => {
    const { answer, rows } = await deletionWith('remark');
    expect(answer.status).toBe(200);
    expect(await rows()).toMatchObject([{ id: 1, user_id: null }]);
  });

  it('keeps a user to whom rows refer', async () => {
    const { answer, rows } = await deletionWith('invoice');
    expectRefused(answer, 409, 'user_in_use');
    expect(await rows()).toHaveLength(1);
  });
});

const postgres = databases.filter(({ name }) => name === 'PostgreSQL');

describe.each(postgres)(
  '“Docker Compose with PostgreSQL and Redis”, with $name and the Redis of this machine,',
  (database) => {
    const heading = 'Docker Compose with PostgreSQL and Redis';
    const { services } = parse(codeUnder(heading, 'yaml'));
    let fresh: FreshDatabase;

    beforeAll(async () => {
      fresh = await database.create(true);
    });
    afterEach(() => vi.unstubAllEnvs());
    afterAll(() => fresh?.drop());

    it('logs in with the variables that the container gets', async () => {
      const given: Record<string, string> = {
        DATABASE_URL: fresh.url,
        REDIS_URL: redisUrl,
        AUTH_SECRET: 'a secret of the recipe, longer than 32 characters',
      };
      expect(Object.keys(services.app.environment).sort()).toEqual(
        ['NODE_ENV', ...Object.keys(given)].sort(),
      );
      for (const [name, value] of Object.entries(given)) vi.stubEnv(name, value);
      const { ProductionModule } = await fileOf<{ ProductionModule: Type }>(
        heading,
        'src/production.module.ts',
      );
      await expectLogin(ProductionModule);
    });

    it('waits for servers that are described there', () => {
      for (const name of Object.keys(services.app.depends_on))
        expect(services[name].healthcheck.test).toMatch(/\w/);
      expect(new URL(services.app.environment.DATABASE_URL.replace('${DB_PASSWORD:?}', 'x')).hostname).toBe(
        'postgres',
      );
      expect(new URL(services.app.environment.REDIS_URL).hostname).toBe('redis');
    });
  },
);

it(`the recipe for nginx runs${hasNginx ? '' : '; left out: nginx, which is not installed'}`, () => {
  expect(codeUnder('Behind nginx, below a path', 'nginx')).toContain('X-Forwarded-Prefix');
});

describe.runIf(hasNginx)('“Behind nginx, below a path”', () => {
  const host = hosted({
    options: { login: { redirectTo: '/shop/' } },
    configure: (app) => app.set('trust proxy', 'loopback'),
  });
  let nginx: Nginx;

  beforeAll(async () => {
    nginx = await Nginx.start(codeUnder('Behind nginx, below a path', 'nginx'), host.url);
  });
  afterAll(() => nginx?.stop());

  it.each(clients)('logs in and out, by %s', async (client) => {
    const { username } = await host.people.person();
    const visitor = new Visitor(nginx.url, client);
    const page = await visitor.page('/shop/login');
    expect(page.body).toContain('href="/shop/styles.css"');
    expect((await visitor.get('/shop/styles.css', 'text/css')).status).toBe(200);
    expectDone(await visitor.login({ username, password: PASSWORD }, '/shop/login'), { to: '/shop/' });
    expect((await visitor.get('/shop/session')).json.user?.username).toBe(username);
    expectDone(await visitor.logout('/shop/logout'), { to: '/shop/login' });
  });
});

it('“503: what now?” quotes the log', () => {
  const [, section = ''] = textOf('docs/recipes.md').split('## 503: what now?');
  const quoted = [...section.matchAll(/^\| `([^`]+)` +\|/gm)].map(([, text]) => text ?? '');
  expect(quoted.length).toBeGreaterThan(3);
  const sources = readdirSync('src', { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => readFileSync(join('src', file), 'utf8'));
  for (const text of quoted)
    expect(
      sources.some((source) => source.includes(text)),
      text,
    ).toBe(true);
});
