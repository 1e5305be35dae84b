// Runs the suite on Nest 11: a copy of the package in .work, below the node_modules of this folder.
// Node looks for a package upwards, so Nest 11 is found here first, and everything else in the root's node_modules.
// Then a part of the suite on TypeORM 0.3, in another copy below typeorm-0.3.
import { execSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const here = import.meta.dirname;
const root = join(here, '..', '..');
const work = join(here, '.work');
const older = join(here, 'typeorm-0.3');
const olderWork = join(older, '.work');
const ownFiles = [
  'package.json',
  'nest-cli.json',
  'rolldown.config.js',
  'tsconfig.json',
  'tsconfig.build.json',
  'vitest.config.ts',
];
/** What connects to a database through @nestjs/typeorm is tried on each of them; statements and drivers are the same as on Nest 12. */
const ON_EVERY_DATABASE = [
  'test/login',
  'test/database/migrations.spec.ts',
  'test/database/unavailable.spec.ts',
];
/** What reads, writes and changes tables through TypeORM, in the ways in which 0.3 and 1.1 differ. */
const ON_TYPEORM_0_3 = [
  'test/login',
  'test/session',
  'test/users',
  'test/database',
  'test/register',
  'test/change-password',
];
/** Everything else on SQLite alone, and what runs long to see what stays in memory not at all. */
const sqliteAlone = {
  CI: '',
  TEST_POSTGRES_URL: 'postgres://127.0.0.1:1/none',
  TEST_MARIADB_URL: 'mysql://127.0.0.1:1/none',
  TEST_REDIS_URL: 'redis://127.0.0.1:1',
  TEST_CHROMIUM: '/nowhere/chromium',
};
const suite = readdirSync(join(root, 'test'))
  .filter((name) => !['docs', 'front-end', 'nest-11', 'newcomer', 'package'].includes(name))
  .map((name) => join('test', name));
const made = [join(root, 'sample/dist'), join(root, 'sample/data')];
/** Nest 11 runs no APP_GUARD on gateways. */
const ofNest12 = [join(root, 'test/websocket/global-guard.spec.ts')];
const left = [...made, ...ofNest12];

run('npm ci --no-audit --no-fund', here);
run('npm ci --no-audit --no-fund', older);

copySuite(work);
copySuite(olderWork);
cpSync(join(here, 'nest-version.spec.ts'), join(work, 'test', 'nest-version.spec.ts'));
for (const file of ['require.cjs', 'log-in.mjs']) {
  cpSync(join(root, 'test/package', file), join(work, 'test/package', file));
}

const { version } = createRequire(join(work, 'package.json'))('@nestjs/core/package.json');
if (!version.startsWith('11.')) {
  throw new Error(`The suite would run on Nest ${version}, not on Nest 11.`);
}
console.log(`The suite on Nest ${version}:`);
run("npm test -- --exclude 'test/soak/**'", work, sqliteAlone);
run(`npx vitest run ${ON_EVERY_DATABASE.join(' ')}`, work);
// On what that has built.
run('node test/package/require.cjs', work);

const typeorm = createRequire(join(olderWork, 'package.json')).resolve('typeorm');
if (!typeorm.startsWith(join(older, 'node_modules'))) {
  throw new Error(`The suite would run on the TypeORM of ${typeorm}, not on TypeORM 0.3.`);
}
console.log('A part of it on TypeORM 0.3:');
run('npx tsc --noEmit -p tsconfig.build.json', olderWork);
run(`npx vitest run ${ON_TYPEORM_0_3.join(' ')}`, olderWork, sqliteAlone);

function copySuite(copy) {
  rmSync(copy, { recursive: true, force: true });
  mkdirSync(copy);
  for (const path of [...ownFiles, 'src', 'views', 'sample', ...suite]) {
    cpSync(join(root, path), join(copy, path), {
      recursive: true,
      filter: (source) => !left.includes(source),
    });
  }
}

function run(command, cwd, env = {}) {
  execSync(command, { cwd, stdio: 'inherit', env: { ...process.env, ...env } });
}
