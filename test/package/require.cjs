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
  const imported = await import('nestjs-session-auth');
  assert.equal(imported.AuthModule, AuthModule);
  assert.equal(require('nestjs-session-auth/codes').authErrorStatus, library.authErrorStatus);

  Logger.overrideLogger(['error']);
  const app = await NestFactory.create(AppModule);
  await app.listen(0, '127.0.0.1');
  try {
    await logIn(await app.getUrl(), app.get(SsoUserService));
  } finally {
    await app.close();
  }
  console.log(`require: ${Object.keys(library).length} names; a CommonJS host on Nest ${version} logs in`);
}

async function logIn(url, users) {
  const { password } = await users.createSuperUser({ username: 'admin' }, SsoUserService.system('test'));
  const send = (path, fields, headers = {}) =>
    fetch(`${url}${path}`, {
      method: fields ? 'POST' : 'GET',
      headers: { accept: 'application/json', 'content-type': 'application/json', ...headers },
      body: fields && JSON.stringify(fields),
    });

  const refused = await send('/login', { username: 'admin', password: 'not this one' });
  assert.equal(refused.status, 401);
  assert.equal((await refused.json()).code, 'invalid_credentials');

  const answer = await send('/login', { username: 'admin', password });
  assert.equal(answer.status, 200);
  const [cookie] = answer.headers.getSetCookie().map((line) => line.split(';')[0]);
  const session = await send('/session', undefined, { cookie });
  assert.equal((await session.json()).user.username, 'admin');
  assert.equal((await send('/logout', {}, { cookie })).status, 200);
  assert.equal((await send('/session', undefined, { cookie })).status, 401);

  const page = await fetch(`${url}/login`, { headers: { accept: 'text/html' } });
  assert.match(await page.text(), /<form[^>]*method="post"/i);
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
