// The tarball, with what package.json says that it needs and none of what is optional, works all the same: as a module
// and as a program.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { bin, name, needed, optional, withHost } from './tarball.mjs';

await withHost(needed, (host) => {
  const modules = join(host, 'node_modules');
  const { resolve } = createRequire(join(modules, name, 'dist', 'index.js'));
  for (const one of optional) assert.throws(() => resolve(one), { code: 'MODULE_NOT_FOUND' });

  for (const file of ['require.cjs', 'log-in.mjs']) cpSync(join(import.meta.dirname, file), join(host, file));
  execFileSync(process.execPath, ['require.cjs'], { cwd: host, stdio: 'inherit' });

  // As npm links it, and as a shell starts it: by its first line.
  const program = join(modules, '.bin', name);
  mkdirSync(dirname(program));
  symlinkSync(join('..', name, bin[name]), program);
  const printed = (...args) => execFileSync(program, args, { cwd: host, encoding: 'utf8' });
  assert.match(printed('--help'), /^Usage: nestjs-session-auth <command> \[options\]\n/);
  assert.match(printed('migrate', '--database-url', 'sqlite:app.sqlite'), /^Ran SsoInit\d+\.\n$/);
  console.log(`alone: without ${optional.join(' and ')}`);
});
