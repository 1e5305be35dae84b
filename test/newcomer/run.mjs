// Follows README's quick start to the letter, in fresh applications with the packed tarball, and logs in over HTTP.
// The applications are what `nest new` of Nest 12 (ESM, Vitest) and Nest 11 (CommonJS, Jest) makes, without its linters. Its tests
// run too, as they are, and so do those of docs/testing.md. `nest add` is tried on a copy of each. The applications are outside the repository, so that nothing is found in its node_modules. Needs the
// package to be built.
import assert from 'node:assert/strict';
import { exec, execFileSync, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { exampleTests, ownLines, quickStart } from './quick-start.mjs';
import { Visitor } from './visitor.mjs';

const MAX_OWN_LINES = 10;
const root = join(import.meta.dirname, '..', '..');
const steps = quickStart(root);
const work = mkdtempSync(join(tmpdir(), 'newcomer-'));
// The tests over HTTP ask for the route before it is closed. Nest 11's loads @nestjs/typeorm, which Jest can from Node 24.9 on.
const tests = {
  'nest-12': { 'src/app.module.ts': 'npm run test:e2e', 'src/app.controller.ts': 'npm test' },
  'nest-11': {
    ...(atLeast(24, 9) && {
      'src/app.module.ts': 'NODE_OPTIONS=--experimental-vm-modules npm run test:e2e',
    }),
    'src/app.controller.ts': 'npm test',
  },
};
const examples = {
  'nest-12': ['npm test', 'npm run test:e2e'],
  'nest-11': ['npm install @nestjs/typeorm@11', 'npm test', 'npm run test:e2e'],
};
const environment = {
  ...process.env,
  NODE_ENV: '',
  npm_config_prefer_offline: 'true',
  npm_config_audit: 'false',
  npm_config_fund: 'false',
  npm_config_loglevel: 'error',
  npm_config_better_sqlite3_local_prebuilds: join(work, 'prebuilds'),
};

try {
  const tarball = await timed('npm pack', async () => {
    const packed = await run('npm pack --json --ignore-scripts --pack-destination ' + work, root);
    return join(work, Object.values(JSON.parse(packed))[0].filename);
  });
  offerDriver();
  // Side by side: most of the time goes into waiting for npm.
  const outcomes = await Promise.allSettled(['nest-12', 'nest-11'].map((name) => follow(name, tarball)));
  for (const { reason } of outcomes) if (reason) throw reason;
} finally {
  await timed('clean up', () => rmSync(work, { recursive: true, force: true }));
}

function atLeast(major, minor) {
  const [ownMajor, ownMinor] = process.versions.node.split('.').map(Number);
  return ownMajor > major || (ownMajor === major && ownMinor >= minor);
}

/** The driver that is compiled here already stands for the one that a newcomer downloads; from Node 22 on nobody compiles it. */
function offerDriver() {
  const driver = join(root, 'node_modules', 'better-sqlite3-12-itself');
  if (!existsSync(driver)) return;
  const { version } = JSON.parse(readFileSync(join(driver, 'package.json'), 'utf8'));
  const { platform, arch, versions } = process;
  const file = `better-sqlite3-v${version}-node-v${versions.modules}-${platform}-${arch}.tar.gz`;
  mkdirSync(join(work, 'prebuilds'));
  execFileSync('tar', [
    'czf',
    join(work, 'prebuilds', file),
    '-C',
    driver,
    'build/Release/better_sqlite3.node',
  ]);
}

async function follow(name, tarball) {
  const app = join(work, name);
  cpSync(join(import.meta.dirname, name), app, { recursive: true });
  await timed(`${name}: npm ci`, () => run('npm ci', app));
  await add(name, app, tarball);

  let own = 0;
  for (const { command, file, code } of steps) {
    if (file) {
      const generated = readFileSync(join(app, file), 'utf8');
      own += ownLines(code, generated).length;
      writeFileSync(join(app, file), namedAs(generated, code));
      const test = tests[name][file];
      if (test) await timed(`${name}: ${test}`, () => run(test, app));
    } else if (command === 'npm start') {
      await started(name, app, (origin) => timed(`${name}: a login`, () => logIn(origin)));
    } else {
      const local = command.replace(/ nestjs-session-auth(?= )/, ` ${tarball}`);
      await timed(`${name}: ${command}`, () => run(local, app));
    }
  }
  console.log(`${name}: ${own} lines of own code`);
  assert.ok(own > 0 && own <= MAX_OWN_LINES, `More than ${MAX_OWN_LINES} lines of own code.`);
  assert.ok(existsSync(join(app, 'app.sqlite')), 'Nothing was started.');

  const generated = readFileSync(join(app, 'src/main.ts'), 'utf8');
  for (const { file, code } of exampleTests(root)) writeFileSync(join(app, file), namedAs(generated, code));
  for (const command of examples[name]) await timed(`${name}: ${command}`, () => run(command, app));
}

/** `nest add` on a copy of the application, then a login over HTTP as the first super-user. */
async function add(name, generated, tarball) {
  const app = `${generated}-add`;
  cpSync(join(import.meta.dirname, name), app, { recursive: true });
  execFileSync('cp', ['-al', join(generated, 'node_modules'), app]);
  // What `nest add` does first, from the registry.
  await timed(`${name}: npm install`, () => run(`npm install ${tarball}`, app));
  const command = 'npx nest add nestjs-session-auth --skip-install';
  const said = await timed(`${name}: nest add`, () => run(command, app));
  assert.match(said, /create-superuser/);
  const files = ['src/app.module.ts', 'package.json'];
  const edited = files.map((file) => readFileSync(join(app, file), 'utf8'));
  assert.match(edited[0], /AuthModule\.forRoot\(/);
  assert.match(await run(command, app), /already/);
  assert.deepEqual(
    files.map((file) => readFileSync(join(app, file), 'utf8')),
    edited,
  );

  const password = 'a ladder in the orchard';
  const database = '--database-url sqlite:app.sqlite';
  await run(`npx nestjs-session-auth migrate ${database}`, app);
  writeFileSync(join(app, 'password.txt'), password);
  const create = 'npx nestjs-session-auth create-superuser admin --password-stdin';
  await run(`${create} ${database} < password.txt`, app);
  await started(`${name} after nest add`, app, async (origin) => {
    const visitor = new Visitor(origin);
    await visitor.open('/login');
    await visitor.submit({ username: 'admin', password });
    await visitor.open('/session');
    assert.equal(JSON.parse(visitor.body).user.username, 'admin');
  });
}

/** The code with the names of modules in the manner of the generated file: Nest 11 writes no extensions. */
function namedAs(generated, code) {
  return /'\.[^']*\.js'/.test(generated) ? code : code.replaceAll(/('\.[^']*)\.js'/g, "$1'");
}

/** Step 5 of the quick start. */
async function logIn(origin) {
  const visitor = new Visitor(origin);
  const password = 'a ladder in the orchard';
  await visitor.open('/');
  assert.match(visitor.path, /^\/login\b/);
  await visitor.follow('/register');
  await visitor.submit({ username: 'ann', password, confirm_password: password });
  assert.match(visitor.path, /^\/login\b/);
  await visitor.submit({ username: 'ann', password });
  await visitor.open('/');
  assert.deepEqual([visitor.path, visitor.body], ['/', 'Hello World!']);
}

async function started(name, app, use) {
  const port = await freePort();
  const server = spawn('npm', ['start'], {
    cwd: app,
    detached: true,
    env: { ...environment, PORT: String(port) },
  });
  let log = '';
  for (const stream of [server.stdout, server.stderr]) stream.on('data', (text) => (log += text));
  try {
    const origin = `http://localhost:${port}`;
    await timed(`${name}: npm start`, () => answering(origin, server));
    await use(origin);
    assert.deepEqual(complaintsIn(log), []);
  } catch (error) {
    console.error(log);
    throw error;
  } finally {
    await timed(`${name}: stop`, () => stopped(server));
  }
}

/** Lines of Nest's log that a newcomer would worry about; the one on `secret` is explained in README. */
function complaintsIn(log) {
  return log
    .split('\n')
    .filter((line) => /\b(WARN|ERROR|FATAL)\b|Warning:/.test(line) && !line.includes('`secret`'));
}

async function answering(origin, server) {
  for (let attempt = 0; attempt < 240; attempt += 1) {
    assert.equal(server.exitCode, null, 'The application has stopped.');
    const response = await fetch(origin).catch(() => null);
    if (response) return;
    await sleep(250);
  }
  throw new Error(`${origin} does not answer.`);
}

async function stopped(server) {
  if (server.exitCode !== null) return;
  const exit = new Promise((resolve) => server.once('exit', resolve));
  process.kill(-server.pid, 'SIGTERM');
  await exit;
}

async function freePort() {
  const server = createServer().listen(0);
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function timed(title, step) {
  const start = performance.now();
  const result = await step();
  console.log(`${((performance.now() - start) / 1000).toFixed(1).padStart(6)} s  ${title}`);
  return result;
}

async function run(command, cwd) {
  const { stdout } = await promisify(exec)(command, { cwd, env: environment, maxBuffer: 1e8 });
  return stdout;
}
