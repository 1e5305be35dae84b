// A driver for SQLite that was compiled with the headers of the running Node, where they make it end the process: the sample and the
// command line refuse to start and say what to install. The sample has run before.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const VERSION = '12.11.1';
const root = join(import.meta.dirname, '..', '..');
const work = mkdtempSync(join(tmpdir(), 'driver-'));
const installed = join(root, 'node_modules', 'better-sqlite3');

// The garbage of the start is collected late, because the first collection may end the process before it looks at its driver.
const LATE_COLLECTION = ['--min-semi-space-size=128', '--max-semi-space-size=128'];

try {
  const manifest = {
    private: true,
    // Compiled for debugging, which takes half as long.
    scripts: { compile: 'cd node_modules/better-sqlite3 && node-gyp rebuild --debug --jobs max' },
    dependencies: { 'better-sqlite3': VERSION },
  };
  writeFileSync(join(work, 'package.json'), JSON.stringify(manifest));
  // Its own script would download one that was compiled elsewhere, with older headers, and runs.
  npm('install', '--ignore-scripts');
  npm('run', 'compile');
  renameSync(installed, join(work, 'fit'));
  for (const name of ['better-sqlite3', 'bindings', 'file-uri-to-path'])
    execFileSync('cp', ['-r', join(work, 'node_modules', name), join(root, 'node_modules', name)]);

  refuses(1, ['sample/dist/main.js']);
  refuses(2, ['dist/cli/main.js', 'migrate', '--database-url', 'sqlite::memory:']);
  refuses(2, ['dist/cli/main.js', 'list', '--database-url', 'sqlite:sample/data/app.sqlite']);
} finally {
  rmSync(work, { recursive: true, force: true });
}

function npm(...args) {
  // What the compiler says is shown when it fails.
  execFileSync('npm', args, { cwd: work, stdio: 'pipe' });
}

function refuses(code, args, tries = 20) {
  const { status, signal, stdout, stderr } = spawnSync(process.execPath, [...LATE_COLLECTION, ...args], {
    cwd: root,
    encoding: 'utf8',
    timeout: 60_000,
    env: { ...process.env, PORT: '0', DATABASE_URL: 'sqlite::memory:' },
  });
  // It may still end the process before that.
  if (signal === 'SIGABRT' && tries > 1) return refuses(code, args, tries - 1);
  const said = stdout + stderr;
  assert.equal(status, code, said);
  assert.ok(said.includes(`better-sqlite3 ${VERSION}, as it was compiled, would abort this process`), said);
  assert.ok(said.includes('npm install "better-sqlite3@12 || 13"'), said);
}
