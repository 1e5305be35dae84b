import 'reflect-metadata';
import { Controller, Get, Module, UseGuards } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { TypeOrmModule } from '@nestjs/typeorm';
import bcrypt from 'bcrypt';
import {
  AuthModule,
  type AuthModuleOptions,
  authEntities,
  authMigrations,
  CurrentUser,
  SessionGuard,
  SignedIn,
  SsoUser,
} from 'nestjs-session-auth';
import { DataSource } from 'typeorm';
import { atMost } from '../at-most.js';
import type { Connection } from '../databases.js';
import { Statements } from '../statements.js';
import { asked } from './asked.js';
import { PASSWORD } from './password.js';
import { People } from './people.js';
import { type Greeting, greeting, nameOf } from './routes.js';
import { configuration, serve } from './serve.js';

const { connection, options, counting } = configuration<{
  connection: Connection;
  options?: AuthModuleOptions;
  /** Whether its statements are counted. */
  counting?: boolean;
}>();
const statements = new Statements();

@Controller()
class Routes {
  @Get('open')
  open(): Greeting {
    return greeting(nameOf(0));
  }

  @Get('me')
  @SignedIn()
  me(@CurrentUser() user: SsoUser): Greeting {
    return greeting(user.username);
  }

  @Get('guarded')
  @UseGuards(SessionGuard)
  guarded(@CurrentUser() user: SsoUser): Greeting {
    return greeting(user.username);
  }
}

@Module({
  imports: [
    TypeOrmModule.forRoot({
      ...connection,
      entities: [...authEntities],
      migrations: [...authMigrations],
      migrationsRun: true,
      ...(counting && { logging: ['query'], logger: statements }),
    }),
    AuthModule.forRoot({ secret: 'a secret of the benchmark, longer than 32 characters', ...options }),
  ],
  controllers: [Routes],
})
class AppModule {}

const app = await NestFactory.create<NestExpressApplication>(AppModule, {
  logger: false,
  abortOnError: false,
});
// Each login can then come from an address of its own.
app.set('trust proxy', 'loopback');
const people = new People(app);
let comparable: Promise<string> | undefined;
const cookieName = process.env['NODE_ENV'] === 'production' ? '__Host-id' : 'id';

await serve(app, {
  users: (count: number) => people.users(count),
  seed: async (count: number) => {
    await people.users(Math.min(count, 500));
    return (await people.sessions(count)).map((token) => `${cookieName}=${token}`);
  },
  revoke: (cookie: string) => people.revoke(cookie.slice(cookieName.length + 1)),
  mark: (given: { username: string; columns: object }) => people.mark(given.username, given.columns),
  rounds: () => people.rounds(),
  compare,
  asked: () => asked(app.get(DataSource), statements),
});

/** What a login costs at the least: that many times bcrypt, of the cost that the module's hashes have. */
async function compare({ times, concurrency }: { times: number; concurrency: number }): Promise<void> {
  const stored = await (comparable ??= people.rounds().then((rounds) => bcrypt.hash(PASSWORD, rounds)));
  await atMost(concurrency, Array.from({ length: times }), () => bcrypt.compare(PASSWORD, stored));
}
