// A CommonJS host requires the same package, and people register and log in to it through HTTP.
const assert = require('node:assert/strict');
require('reflect-metadata');
const { Logger, Module } = require('@nestjs/common');
const { NestFactory } = require('@nestjs/core');
const { version } = require('@nestjs/core/package.json');
const { TypeOrmModule } = require('@nestjs/typeorm');
const library = require('nestjs-session-auth');

const { AuthModule, authEntities, authMigrations, SsoUserService } = library;

class AppModule {}
Module({
  imports: [
    TypeOrmModule.forRoot({
      type: 'better-sqlite3',
      database: ':memory:',
      entities: [...authEntities],
      migrations: [...authMigrations],
      migrationsRun: true,
    }),
    AuthModule.forRoot({ secret: 's'.repeat(32) }),
  ],
})(AppModule);

async function main() {
  const { logIn } = await import('./log-in.mjs');
  const imported = await import('nestjs-session-auth');
  assert.equal(imported.AuthModule, AuthModule);
  const { AuthTestingModule, signIn } = require('nestjs-session-auth/testing');
  assert.equal((await import('nestjs-session-auth/testing')).AuthTestingModule, AuthTestingModule);
  const { AuthClient } = require('nestjs-session-auth/client');
  assert.equal((await import('nestjs-session-auth/client')).AuthClient, AuthClient);
  assert.equal(require('nestjs-session-auth/codes').authErrorStatus, library.authErrorStatus);

  Logger.overrideLogger(['error']);
  const app = await NestFactory.create(AppModule);
  await app.listen(0, '127.0.0.1');
  try {
    await logIn(await app.getUrl(), app.get(SsoUserService), SsoUserService.system('test'));
    // It finds the providers by their classes, so there is one of each.
    const session = await fetch(`${await app.getUrl()}/session`, {
      headers: { cookie: await signIn(app, 'ann') },
    });
    assert.equal((await session.json()).user.username, 'ann');
    assert.equal(await new AuthClient({ url: await app.getUrl() }).session(), null);
  } finally {
    await app.close();
  }
  console.log(`require: ${Object.keys(library).length} names; a CommonJS host on Nest ${version} logs in`);
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
