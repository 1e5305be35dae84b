// What bundle.mjs bundles.
import 'reflect-metadata';
import { Logger, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuthModule, authEntities, authMigrations, SsoUserService } from 'nestjs-session-auth';
import { logIn } from './log-in.mjs';

class AppModule {}
Module({
  imports: [
    TypeOrmModule.forRoot({
      type: 'better-sqlite3',
      database: ':memory:',
      entities: authEntities,
      migrations: authMigrations,
      migrationsRun: true,
    }),
    AuthModule.forRoot({ secret: 's'.repeat(32) }),
  ],
})(AppModule);

Logger.overrideLogger(['error']);
const app = await NestFactory.create(AppModule);
await app.listen(0, '127.0.0.1');
try {
  await logIn(await app.getUrl(), app.get(SsoUserService), SsoUserService.system('test'));
} finally {
  await app.close();
}
