// An application with a database and one route, with the module or without it.
import 'reflect-metadata';
import { Controller, Get, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import type { Connection } from '../databases.js';
import { type Greeting, greeting, nameOf } from './routes.js';
import { configuration, serve } from './serve.js';

const { connection, withModule } = configuration<{ connection: Connection; withModule: boolean }>();
// Loaded only where it is wanted: loading it is part of what it costs.
const auth = withModule ? await import('nestjs-session-auth') : null;

@Controller()
class Routes {
  @Get('open')
  open(): Greeting {
    return greeting(nameOf(0));
  }
}

@Module({
  imports: [
    TypeOrmModule.forRoot({
      ...connection,
      entities: [...(auth?.authEntities ?? [])],
      migrations: [...(auth?.authMigrations ?? [])],
      migrationsRun: true,
    }),
    ...(auth
      ? [auth.AuthModule.forRoot({ secret: 'a secret of the benchmark, longer than 32 characters' })]
      : []),
  ],
  controllers: [Routes],
})
class AppModule {}

await serve(await NestFactory.create(AppModule, { logger: false, abortOnError: false }));
