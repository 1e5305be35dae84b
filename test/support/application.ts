import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import {
  Module,
  type DynamicModule,
  type NestApplicationOptions,
  type Provider,
  type Type,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter, type NestExpressApplication } from '@nestjs/platform-express';
import { getDataSourceToken, TypeOrmModule } from '@nestjs/typeorm';
import type { DataSource, EntitySubscriberInterface } from 'typeorm';
import { AuthModule, authEntities, authMigrations, SsoUserService } from '../../src/index.js';
import type { AuthModuleOptions } from '../../src/index.js';
import { sqlite, type FreshDatabase, type TestDatabase } from './databases.js';
import { HostController } from './host.controller.js';
import { Log } from './log.js';
import { People } from './people.js';
import { Rows } from './rows.js';
import type { StatementLog } from './statement-log.js';
import { expectNoSecretWritten } from './secrets.js';
import { Visitor, type Client } from './visitor.js';

export interface Boot {
  /** In-memory SQLite when absent. */
  database?: TestDatabase;
  /** A database that is there already; the application does not drop it. */
  fresh?: FreshDatabase;
  /** Merged, group by group, over everything switched on, cheap hashes and users approved at once. */
  options?: AuthModuleOptions;
  /** What the host adds or changes in its data source. */
  dataSource?: {
    name?: string;
    entities?: Type[];
    migrations?: Type[];
    entityPrefix?: string;
    logging?: boolean;
    logger?: StatementLog;
    subscribers?: Type<EntitySubscriberInterface>[];
    /** Instead of migrations. */
    synchronize?: boolean;
    cache?: { alwaysEnabled: boolean; duration: number };
  };
  /** Instead of `AuthModule.forRoot(options)`. */
  auth?: (options: AuthModuleOptions) => DynamicModule;
  imports?: (Type | DynamicModule)[];
  controllers?: Type[];
  providers?: Provider[];
  /** Nest's own when absent. */
  adapter?: ExpressAdapter;
  /** What a host gives `NestFactory.create()`. */
  create?: NestApplicationOptions;
  /** The address that it listens on. `127.0.0.1` when absent; on `::` a request by 127.0.0.1 comes in as IPv6. */
  listenOn?: string;
  /** What a host does between creating and starting its application. */
  configure?: (app: NestExpressApplication) => void;
}

/** A running host and everything a test wants of it. */
export interface TestApplication {
  url: string;
  app: NestExpressApplication;
  dataSource: DataSource;
  service: SsoUserService;
  rows: Rows;
  people: People;
  log: Log;
  visitor(client?: Client): Visitor;
  /** Looks for secrets in what was logged and audited, then stops. */
  close(): Promise<void>;
}

/** Starts a real host on a database of its own, on a free port. */
export async function boot(given: Boot = {}): Promise<TestApplication> {
  const fresh = given.fresh ?? (await (given.database ?? sqlite).create());
  const log = new Log();
  let app: NestExpressApplication | undefined;
  try {
    const { adapter = new ExpressAdapter() } = given;
    app = await NestFactory.create<NestExpressApplication>(hostModule(given, fresh), adapter, {
      logger: log,
      abortOnError: false,
      ...given.create,
    });
    given.configure?.(app);
    await app.listen(0, given.listenOn ?? '127.0.0.1');
  } catch (error) {
    await app?.close().catch(() => undefined);
    if (!given.fresh) await fresh.drop();
    throw error;
  }
  const running = app;
  const url = (await running.getUrl()).replace('[::1]', '127.0.0.1');
  const dataSource = running.get<DataSource>(getDataSourceToken(given.dataSource?.name), { strict: false });
  const service = running.get(SsoUserService, { strict: false });
  const rows = new Rows(dataSource, given.dataSource?.entityPrefix);
  return {
    url,
    app: running,
    dataSource,
    service,
    rows,
    people: new People(url, service),
    log,
    visitor: (client) => new Visitor(url, client),
    async close() {
      try {
        expectNoSecretWritten(url, log.lines.join('\n'), 'the log');
        expectNoSecretWritten(url, JSON.stringify(await rows.all('sso_audit_event')), 'the audit');
      } finally {
        await running.close();
        if (!given.fresh) await fresh.drop();
      }
    },
  };
}

/** The error a host sees that cannot start; the test fails when it does start. */
export async function bootError(given: Boot): Promise<Error> {
  let application: TestApplication;
  try {
    application = await boot(given);
  } catch (error) {
    if (error instanceof Error) return error;
    throw error;
  }
  await application.close();
  throw new Error('The application has started.');
}

export function testOptions(options: AuthModuleOptions = {}): AuthModuleOptions {
  return {
    secret: 'a secret of the tests, longer than thirty-two characters',
    // All visitors share one address; what limits attempts is tested where it is switched on.
    throttle: false,
    ...options,
    routes: {
      login: true,
      logout: true,
      changePassword: true,
      sessions: true,
      register: true,
      profile: true,
      users: true,
      audit: true,
      ...options.routes,
    },
    password: { bcryptRounds: 4, ...options.password },
    register: { userDefaults: { approvalStatus: 'approved' }, ...options.register },
  };
}

function hostModule(given: Boot, fresh: FreshDatabase): Type {
  const { auth = (options) => AuthModule.forRoot(options) } = given;
  const typeOrm = TypeOrmModule.forRoot({
    ...fresh.connection,
    entities: authEntities,
    migrations: authMigrations,
    migrationsRun: !given.dataSource?.synchronize,
    retryAttempts: 0,
    ...given.dataSource,
  });
  class HostModule {}
  Object.defineProperty(HostModule, 'name', { value: `HostModule-${randomUUID()}` });
  Module({
    imports: [typeOrm, auth(testOptions(given.options)), ...(given.imports ?? [])],
    controllers: [HostController, ...(given.controllers ?? [])],
    providers: given.providers ?? [],
  })(HostModule);
  return HostModule;
}
