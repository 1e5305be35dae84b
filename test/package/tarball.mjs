// The tarball in a host of its own, with what package.json says that it needs.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');
export const { name, bin, dependencies, peerDependencies, peerDependenciesMeta } = JSON.parse(
  readFileSync(join(root, 'package.json'), 'utf8'),
);
export const optional = Object.keys(peerDependenciesMeta);
export const needed = Object.keys({ ...dependencies, ...peerDependencies }).filter(
  (one) => !optional.includes(one),
);

/** Runs something with a folder whose `node_modules` hold the tarball's files and these packages. */
export async function withHost(packages, work) {
  const host = mkdtempSync(join(tmpdir(), 'sso-host-'));
  try {
    const own = join(host, 'node_modules', name);
    const pack = ['pack', '--json', '--ignore-scripts', '--pack-destination', host];
    const packed = execFileSync('npm', pack, { cwd: root, encoding: 'utf8' });
    const [{ filename }] = Object.values(JSON.parse(packed));
    mkdirSync(own, { recursive: true });
    execFileSync('tar', ['xzf', join(host, filename), '-C', own, '--strip-components=1']);
    linkTo(host, packages);
    await work(host);
  } finally {
    rmSync(host, { recursive: true, force: true });
  }
}

/** Gives a host these packages. */
export function linkTo(host, packages) {
  for (const one of packages) {
    const link = join(host, 'node_modules', one);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(join(root, 'node_modules', one), link, 'dir');
  }
}
