// With what package.json says that it needs, and none of what is optional, the package works all the same.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');
const { name, dependencies, peerDependencies, peerDependenciesMeta } = JSON.parse(
  readFileSync(join(root, 'package.json'), 'utf8'),
);
const optional = Object.keys(peerDependenciesMeta);
const needed = Object.keys({ ...dependencies, ...peerDependencies }).filter((one) => !optional.includes(one));

const host = mkdtempSync(join(tmpdir(), 'sso-alone-'));
try {
  const modules = join(host, 'node_modules');
  for (const part of ['package.json', 'dist', 'views']) {
    cpSync(join(root, part), join(modules, name, part), { recursive: true });
  }
  for (const one of needed) {
    const link = join(modules, one);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(join(root, 'node_modules', one), link, 'dir');
  }
  const { resolve } = createRequire(join(modules, name, 'dist', 'index.js'));
  for (const one of optional) assert.throws(() => resolve(one), { code: 'MODULE_NOT_FOUND' });

  cpSync(join(import.meta.dirname, 'require.cjs'), join(host, 'host.cjs'));
  execFileSync(process.execPath, ['host.cjs'], { cwd: host, stdio: 'inherit' });
  console.log(`alone: without ${optional.join(' and ')}`);
} finally {
  rmSync(host, { recursive: true, force: true });
}
