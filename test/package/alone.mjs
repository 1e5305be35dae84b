// The tarball, with what package.json says that it needs and none of what is optional, works all the same: as a module
// and as a program.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');
const { name, bin, dependencies, peerDependencies, peerDependenciesMeta } = JSON.parse(
  readFileSync(join(root, 'package.json'), 'utf8'),
);
const optional = Object.keys(peerDependenciesMeta);
const needed = Object.keys({ ...dependencies, ...peerDependencies }).filter((one) => !optional.includes(one));

const host = mkdtempSync(join(tmpdir(), 'sso-alone-'));
try {
  const modules = join(host, 'node_modules');
  const pack = ['pack', '--json', '--ignore-scripts', '--pack-destination', host];
  const packed = execFileSync('npm', pack, { cwd: root, encoding: 'utf8' });
  const [{ filename }] = Object.values(JSON.parse(packed));
  mkdirSync(join(modules, name), { recursive: true });
  execFileSync('tar', ['xzf', join(host, filename), '-C', join(modules, name), '--strip-components=1']);
  for (const one of needed) {
    const link = join(modules, one);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(join(root, 'node_modules', one), link, 'dir');
  }
  const { resolve } = createRequire(join(modules, name, 'dist', 'index.js'));
  for (const one of optional) assert.throws(() => resolve(one), { code: 'MODULE_NOT_FOUND' });

  cpSync(join(import.meta.dirname, 'require.cjs'), join(host, 'host.cjs'));
  execFileSync(process.execPath, ['host.cjs'], { cwd: host, stdio: 'inherit' });

  // As npm links it, and as a shell starts it: by its first line.
  const program = join(modules, '.bin', name);
  mkdirSync(dirname(program));
  symlinkSync(join('..', name, bin[name]), program);
  const printed = (...args) => execFileSync(program, args, { cwd: host, encoding: 'utf8' });
  assert.match(printed('--help'), /^Usage: nestjs-session-auth <command> \[options\]\n/);
  assert.match(printed('migrate', '--database-url', 'sqlite:app.sqlite'), /^Ran SsoInit\d+\.\n$/);
  console.log(`alone: without ${optional.join(' and ')}`);
} finally {
  rmSync(host, { recursive: true, force: true });
}
