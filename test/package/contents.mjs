// The tarball holds what a user needs and nothing else, is small, and names no package that a user would not have.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join, posix, relative } from 'node:path';
import { build } from 'esbuild';

const root = join(import.meta.dirname, '..', '..');
const read = (path) => readFileSync(join(root, path), 'utf8');
const MAX_TARBALL_BYTES = 400_000;
/** Of the client alone, as a browser loads it. */
const MAX_CLIENT_BYTES = 5000;
const MAX_DEPENDENCIES = 12;
const MAX_LOADED = 10;

const pack = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
  cwd: root,
  encoding: 'utf8',
});
const [{ files, size, unpackedSize }] = Object.values(JSON.parse(pack));
const paths = files.map(({ path }) => path);

const needed = [
  'package.json',
  'LICENSE',
  'README.md',
  'CHANGELOG.md',
  'SECURITY.md',
  'dist/index.js',
  'dist/index.d.ts',
];
assert.deepEqual(missingFrom(paths, needed), []);
// What proves the claims is in the repository, beside the tests and figures that it names, and so is what contributors read.
const proofs = ['architecture', 'attacks', 'dependencies', 'performance', 'security'].map(
  (name) => `docs/${name}.md`,
);
const pagesOfDocs = filesIn('docs').filter((path) => isPage(path) && !proofs.includes(path));
assert.deepEqual(missingFrom(paths, pagesOfDocs), []);
const wanted =
  /^(package\.json|LICENSE|README\.md|CHANGELOG\.md|SECURITY\.md|dist\/.+\.(c?js|d\.c?ts)|schematics\/.+\.json|docs\/.+\.md|docs\/login\.png)$/;
assert.deepEqual(
  paths.filter((path) => !wanted.test(path) || path.includes('.spec.')),
  [],
);

// Who reads the pages in node_modules has the tarball alone.
const links = paths.filter((path) => path.endsWith('.md')).flatMap(linksOf);
assert.ok(links.length > 50, `Only ${links.length} links were found.`);
assert.deepEqual(
  links.filter(({ target }) => !paths.includes(target)),
  [],
);
assert.deepEqual(
  links.filter(({ target, anchor }) => anchor !== undefined && !anchorsOf(target).includes(anchor)),
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

// Nothing is left over from an older build: an entry leads to each of them.
const entries = [
  ...['index', 'client', 'codes', 'testing'].flatMap((name) =>
    ['.js', '.cjs', '.d.ts', '.d.cts'].map((end) => `dist/${name}${end}`),
  ),
  'dist/schematics/nest-add.cjs',
];
const built = paths.filter((path) => path.startsWith('dist/'));
assert.deepEqual(built.toSorted(), [...reachedFrom([...entries, ...Object.values(bin)])].toSorted());

// Files that load each other in a circle find each other empty.
for (const path of built.filter((one) => /\.c?js$/.test(one))) {
  const loaded = [...reachedFrom(filesBeside(path, loadsOf), loadsOf)];
  assert.ok(!loaded.includes(path), `${path} loads itself, by ${loaded.join(', ')}.`);
}

// Few files load fast.
const loaded = reachedFrom(['dist/index.js'], loadsOf);
assert.ok(loaded.size <= MAX_LOADED, `${loaded.size} files are loaded at once, more than ${MAX_LOADED}.`);

assert.ok(size <= MAX_TARBALL_BYTES, `The tarball has ${size} bytes, more than ${MAX_TARBALL_BYTES}.`);
// A browser loads these without anything else.
for (const name of ['codes', 'client']) {
  for (const end of ['.js', '.d.ts']) {
    const reached = [...reachedFrom([`dist/${name}${end}`])];
    assert.deepEqual(
      reached.flatMap(importsOf).filter((one) => !one.startsWith('.')),
      [],
    );
  }
}
const {
  outputFiles: [client],
} = await build({
  entryPoints: [join(root, 'dist/client.js')],
  bundle: true,
  minify: true,
  format: 'esm',
  platform: 'browser',
  write: false,
});
assert.ok(
  client.contents.length <= MAX_CLIENT_BYTES,
  `The client has ${client.contents.length} bytes, minified.`,
);

assert.ok(
  Object.keys(dependencies).length <= MAX_DEPENDENCIES,
  `More than ${MAX_DEPENDENCIES} dependencies.`,
);
const known = Object.keys({ ...dependencies, ...peerDependencies });
const code = built.filter((path) => /\.c?js$/.test(path)).flatMap(importsOf);
assert.deepEqual(missingFrom(known, code.filter(isPackage).map(packageOf)), []);

// A host installs no `@types/…` for us: the public types name only packages that bring their own, and Node.
const typed = ['@nestjs/common', '@nestjs/core', 'rxjs', 'typeorm'];
const types = [...reachedFrom(['dist/index.d.ts', 'dist/testing.d.ts'])].flatMap(importsOf);
assert.deepEqual(missingFrom(typed, types.filter(isPackage).map(packageOf)), []);

const kB = (bytes) => `${Math.round(bytes / 1000)} kB`;
const facts = [`${paths.length} files`, `${kB(size)} packed`, `${kB(unpackedSize)} unpacked`];
console.log(`contents: ${facts.join(', ')}; the client is ${client.contents.length} bytes, minified`);

function filesIn(folder) {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => posix.join(relative(root, entry.parentPath), entry.name));
}

function isPage(path) {
  return /^docs\/[^/]+\.md$/.test(path);
}

/** The links and pictures of a page, but for those to other sites. */
function linksOf(page) {
  const prose = proseOf(page);
  const marked = /\]\(\s*<?(?![a-z][a-z\d+.-]*:)([^)#\s>]*)(?:#([^)\s>]+))?/g;
  const referred = /^ *\[[^\]]+\]: *<?(?![a-z][a-z\d+.-]*:)([^#\s>]*)(?:#([^\s>]+))?/gm;
  const tagged = /<[a-z][^>]*\b(?:href|src)="(?![a-z][a-z\d+.-]*:)([^"#]*)(?:#([^"]+))?"/g;
  return [marked, referred, tagged].flatMap((pattern) =>
    [...prose.matchAll(pattern)].map(([, path, anchor]) => ({
      page,
      target: path === '' ? page : posix.join(posix.dirname(page), path),
      anchor,
    })),
  );
}

/** The anchors that the headings of a page get. */
function anchorsOf(page) {
  return [...proseOf(page).matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

/** A page without what it quotes. */
function proseOf(page) {
  return read(page)
    .replaceAll(/^ *```[^]*?^ *```$/gm, '')
    .replaceAll(/`[^`\n]*<[^`\n]*`/g, '');
}

function missingFrom(set, names) {
  return [...new Set(names)].filter((name) => !set.includes(name));
}

function importsOf(path) {
  const statements = /\b(?:from|import)\s*['"]([\w@./:-]+)['"]/g;
  const calls = /\b(?:import|require|optionalPackage)\(\s*['"`]([\w@./:-]+)['"`]/g;
  const patterns = path.endsWith('.cjs') ? [calls] : [statements, calls];
  return patterns.flatMap((pattern) => [...read(path).matchAll(pattern)].map(([, name]) => name));
}

/** What a file loads at once, and not when it is used. */
function loadsOf(path) {
  const pattern = path.endsWith('.cjs')
    ? /(?<!=>)\brequire\(\s*['"`](\.[\w./-]+)['"`]/g
    : /\bfrom\s*['"](\.[\w./-]+)['"]/g;
  return [...read(path).matchAll(pattern)].map(([, name]) => name);
}

function isPackage(name) {
  return !name.startsWith('.') && !isBuiltin(name);
}

function packageOf(name) {
  return name.split('/', name.startsWith('@') ? 2 : 1).join('/');
}

/** The files that these import, whether directly or not, and they themselves. */
function reachedFrom(roots, namesIn = importsOf) {
  const reached = new Set(roots);
  for (const path of reached) {
    for (const file of filesBeside(path, namesIn)) reached.add(file);
  }
  return reached;
}

/** The files that one of them names. */
function filesBeside(path, namesIn) {
  // Declarations name each other as the code beside them.
  const ofDeclaration = (name) => name.replace(/\.(c?)js$/, '.d.$1ts');
  return namesIn(path)
    .filter((name) => name.startsWith('.'))
    .map((name) => posix.join(posix.dirname(path), /\.d\.c?ts$/.test(path) ? ofDeclaration(name) : name));
}
