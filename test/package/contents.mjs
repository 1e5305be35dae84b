// The tarball holds what a user needs and nothing else, is small, and names no package that a user would not have.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join, posix, relative } from 'node:path';

const root = join(import.meta.dirname, '..', '..');
const read = (path) => readFileSync(join(root, path), 'utf8');
const MAX_TARBALL_BYTES = 400_000;
const MAX_DEPENDENCIES = 12;

const pack = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
  cwd: root,
  encoding: 'utf8',
});
const [{ files, size, unpackedSize }] = Object.values(JSON.parse(pack));
const paths = files.map(({ path }) => path);

const pages = [
  'login',
  'logout',
  'register',
  'change-password',
  'sessions',
  'users',
  'create-user',
  'user',
  'delete-user',
  'user-password',
  'refused',
].map((page) => `views/${page}.hbs`);
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
// What proves the claims lies in the repository, beside the tests and figures that it names.
const proofs = ['docs/attacks.md', 'docs/dependencies.md', 'docs/performance.md'];
const pagesOfDocs = filesIn('docs').filter((path) => isPage(path) && !proofs.includes(path));
assert.deepEqual(missingFrom(paths, pagesOfDocs), []);
const wanted =
  /^(package\.json|LICENSE|README\.md|CHANGELOG\.md|SECURITY\.md|dist\/.+\.(js|d\.ts)|views\/.+\.(hbs|css|js)|docs\/.+\.md)$/;
assert.deepEqual(
  paths.filter((path) => !wanted.test(path) || path.includes('.spec.')),
  [],
);

// What `npx nestjs-session-auth` starts; alone.mjs starts it.
const { bin, dependencies, peerDependencies } = JSON.parse(read('package.json'));
assert.deepEqual(Object.keys(bin), ['nestjs-session-auth']);
for (const program of Object.values(bin)) {
  const mode = files.find(({ path }) => path === program)?.mode ?? 0;
  assert.equal(mode & 0o111, 0o111, `${program} is not in the tarball, or not executable.`);
  assert.match(read(program), /^#!\/usr\/bin\/env node\n/);
}

// One module for each of the sources: nothing is missing, and nothing is left over from an older build.
const sources = filesIn('src').filter((path) => !path.endsWith('.spec.ts'));
// The types that an exported type leads to, and no others.
const reached = typesFrom('dist/index.d.ts', 'dist/auth.codes.d.ts');
const isTyped = (path) => reached.has(`dist/${path.slice(4, -3)}.d.ts`);
const built = sources.flatMap((path) =>
  ['.js', ...(isTyped(path) ? ['.d.ts'] : [])].map((end) => `dist/${path.slice(4, -3)}${end}`),
);
assert.deepEqual(paths.filter((path) => path.startsWith('dist/')).toSorted(), built.toSorted());

assert.ok(size <= MAX_TARBALL_BYTES, `The tarball has ${size} bytes, more than ${MAX_TARBALL_BYTES}.`);
// A browser loads it alone.
assert.deepEqual(importsOf('dist/auth.codes.js'), []);

assert.ok(
  Object.keys(dependencies).length <= MAX_DEPENDENCIES,
  `More than ${MAX_DEPENDENCIES} dependencies.`,
);
const known = Object.keys({ ...dependencies, ...peerDependencies });
const code = paths.filter((path) => path.endsWith('.js')).flatMap(importsOf);
assert.deepEqual(missingFrom(known, code.filter(isPackage).map(packageOf)), []);

// A host installs no `@types/…` for us: the public types name only packages that bring their own, and Node.
const typed = ['@nestjs/common', '@nestjs/core', 'rxjs', 'typeorm'];
assert.deepEqual(missingFrom(typed, publicTypes().filter(isPackage).map(packageOf)), []);

const kB = (bytes) => `${Math.round(bytes / 1000)} kB`;
console.log(`contents: ${paths.length} files, ${kB(size)} packed, ${kB(unpackedSize)} unpacked`);

function filesIn(folder) {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => posix.join(relative(root, entry.parentPath), entry.name));
}

function isPage(path) {
  return /^docs\/[^/]+\.md$/.test(path);
}

function missingFrom(set, names) {
  return [...new Set(names)].filter((name) => !set.includes(name));
}

function importsOf(path) {
  return [
    ...read(path).matchAll(/(?:\bfrom|\bimport|\bimport\(|\boptionalPackage\()\s*['"]([\w@./:-]+)['"]/g),
  ].map(([, name]) => name);
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

/** The declarations that these import, whether directly or not, and they themselves. */
function typesFrom(...roots) {
  const found = new Set();
  const left = [...roots];
  for (let path = left.pop(); path !== undefined; path = left.pop()) {
    if (found.has(path)) continue;
    found.add(path);
    for (const [, , from] of read(path).matchAll(/(from|import\() ?'(\.[^']+)\.js'/g))
      left.push(posix.join(posix.dirname(path), `${from}.d.ts`));
  }
  return found;
}
