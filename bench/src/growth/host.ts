import 'reflect-metadata';
import { type INestApplicationContext, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { getDataSourceToken, TypeOrmModule } from '@nestjs/typeorm';
import type { DataSource, DataSourceOptions } from 'typeorm';
import { progress } from '../progress.js';
import { Statements } from '../statements.js';
import { type Engine, opened } from './engines.js';
import { timed, written, writtenRows } from './figures.js';
import {
  AuthModule,
  authEntities,
  authMigrations,
  type PasswordHasher,
  SessionService,
  SsoUserService,
} from './library.js';
import { EXPIRY, fill, STORED_PASSWORD } from './rows.js';

/** Costs nothing: what a hash costs does not grow with the table. */
const cheap: PasswordHasher = {
  id: 'cheap',
  matches: (stored) => stored === STORED_PASSWORD,
  hash: async () => STORED_PASSWORD,
  verify: async (password, stored) => stored === `$cheap$${password}`,
  needsRehash: () => false,
};

/** An application with the module, on a database of its own that is filled. */
export interface Host {
  engine: Engine;
  /** Sessions in the table when it was filled. */
  size: number;
  /** Those who share them; there is one more, who has none. */
  users: number;
  connection: DataSourceOptions;
  dataSource: DataSource;
  sessions: SessionService;
  service: SsoUserService;
  statements: Statements;
  close(): Promise<void>;
}

/** Starts an application on a fresh database. @param halfExpired whether every second session has expired */
export async function startHost(engine: Engine, size: number, halfExpired = false): Promise<Host> {
  const { database, dialect } = engine;
  const fresh = await database.create();
  let app: INestApplicationContext | undefined;
  const close = async (): Promise<void> => {
    try {
      await app?.close();
    } finally {
      await fresh.drop();
    }
  };
  try {
    const connection = opened(fresh.connection);
    const statements = new Statements();
    // Nest warns of a second data source of the same name in one process.
    const name = `${database.name} ${size} ${halfExpired}`;
    app = await NestFactory.createApplicationContext(hostModule(name, connection, statements), {
      logger: ['error', 'warn'],
      abortOnError: false,
    });
    // Ten sessions each; an odd number of users leaves everybody with both expired and live ones.
    const users = size / 10 - (halfExpired ? 1 : 0);
    const took = await timed(() =>
      fill(connection, dialect, { users: users + 1, sessions: size, halfExpired }),
    );
    progress(`${database.name}: ${writtenRows(size)} sessions are there after ${written(took / 1000)} s`);
    return {
      engine,
      size,
      users,
      connection,
      dataSource: app.get<DataSource>(getDataSourceToken(name)),
      sessions: app.get(SessionService, { strict: false }),
      service: app.get(SsoUserService, { strict: false }),
      statements,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function hostModule(name: string, connection: DataSourceOptions, statements: Statements): new () => object {
  class HostModule {}
  Module({
    imports: [
      TypeOrmModule.forRoot({
        ...connection,
        name,
        entities: authEntities,
        migrations: authMigrations,
        migrationsRun: true,
        retryAttempts: 0,
        logger: statements,
        // Has the time of every statement that takes longer, in milliseconds, told to the logger.
        maxQueryExecutionTime: 1,
      }),
      AuthModule.forRoot({
        dataSource: name,
        secret: 'a secret of the bench, longer than thirty-two characters',
        throttle: false,
        session: { expiry: EXPIRY, sweepInterval: false },
        password: { hashers: [cheap] },
      }),
    ],
  })(HostModule);
  return HostModule;
}
