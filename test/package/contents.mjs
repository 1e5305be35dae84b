// The tarball holds what a user needs and nothing else, and names no package that a user would not have.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, posix } from 'node:path';

const root = join(import.meta.dirname, '..', '..');
const read = (path) => readFileSync(join(root, path), 'utf8');

const pack = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
  cwd: root,
  encoding: 'utf8',
});
const [{ files, unpackedSize }] = Object.values(JSON.parse(pack));
const paths = files.map(({ path }) => path);

const pages = ['login', 'logout', 'register', 'change-password'].map((page) => `views/${page}.hbs`);
const needed = [
  'package.json',
  'LICENSE',
  'README.md',
  'CHANGELOG.md',
  'SECURITY.md',
  'dist/index.js',
  'dist/index.d.ts',
  ...pages,
];
assert.deepEqual(missingFrom(paths, needed), []);
const wanted =
  /^(package\.json|LICENSE|README\.md|CHANGELOG\.md|SECURITY\.md|dist\/.+\.(js|d\.ts)|views\/.+\.(hbs|css)|docs\/.+\.md)$/;
assert.deepEqual(
  paths.filter((path) => !wanted.test(path) || path.includes('.spec.')),
  [],
);

const { dependencies, peerDependencies } = JSON.parse(read('package.json'));
const known = Object.keys({ ...dependencies, ...peerDependencies });
const code = paths.filter((path) => path.endsWith('.js')).flatMap(importsOf);
assert.deepEqual(missingFrom(known, code.filter(isPackage).map(packageOf)), []);

// A host installs no `@types/…` for us: the public types name only packages that bring their own, and Node.
const typed = ['@nestjs/common', '@nestjs/core', 'rxjs', 'typeorm'];
assert.deepEqual(missingFrom(typed, publicTypes().filter(isPackage).map(packageOf)), []);

console.log(`contents: ${paths.length} files, ${Math.round(unpackedSize / 1024)} kB`);

function missingFrom(set, names) {
  return [...new Set(names)].filter((name) => !set.includes(name));
}

function importsOf(path) {
  return [...read(path).matchAll(/(?:\bfrom|\bimport|\bimport\()\s*['"]([^'"]+)['"]/g)].map(
    ([, name]) => name,
  );
}

function isPackage(name) {
  return !name.startsWith('.') && !name.startsWith('node:');
}

function packageOf(name) {
  return name.split('/', name.startsWith('@') ? 2 : 1).join('/');
}

/** Everything that is imported by the declarations that can be reached from index.d.ts. */
function publicTypes() {
  const seen = new Set(['dist/index.d.ts']);
  const imports = [];
  for (const path of seen) {
    const names = importsOf(path);
    imports.push(...names);
    for (const name of names.filter((one) => one.startsWith('.'))) {
      seen.add(posix.join(posix.dirname(path), name.replace(/\.js$/, '.d.ts')));
    }
  }
  return imports;
}
