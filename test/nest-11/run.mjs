// Runs the suite on Nest 11: a copy of the package in .work, below the node_modules of this folder.
// Node looks for a package upwards, so Nest 11 is found here first, and everything else in the root's node_modules.
import { execSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const here = import.meta.dirname;
const root = join(here, '..', '..');
const work = join(here, '.work');
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

rmSync(work, { recursive: true, force: true });
mkdirSync(work);
for (const path of [...ownFiles, 'src', 'views', 'sample', ...suite]) {
  cpSync(join(root, path), join(work, path), { recursive: true, filter: (source) => !left.includes(source) });
}
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

function run(command, cwd, env = {}) {
  execSync(command, { cwd, stdio: 'inherit', env: { ...process.env, ...env } });
}
