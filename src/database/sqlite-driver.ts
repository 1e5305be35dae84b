import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import type { DataSource } from 'typeorm';

const require = createRequire(import.meta.url ?? __filename);

/** What decides on which releases of Node a driver for SQLite works. */
export interface DriverBuild {
  /** `better-sqlite3`, or a package that was made of it. */
  name: string;
  version: string;
  /** Whether Node is asked to forget each of its objects when that is freed. */
  hasCleanupHooks: boolean;
}

/**
 * Why the driver for SQLite of a data source would end this process without an error to catch.
 *
 * @returns a sentence with the remedy; `null` where nothing of the kind is known, as of a driver of the host's own
 */
export function unfitDriver({ options, driver }: DataSource): string | null {
  if (options.type !== 'better-sqlite3') return null;
  const { node } = process.versions;
  const builds = [...installed(driver), ...(mayAbort(node) ? loaded() : [])];
  return builds.map((build) => complaintAbout(build, node)).find((complaint) => complaint !== null) ?? null;
}

/**
 * What is wrong with a driver on a release of Node.
 *
 * @param node for instance `24.21.0`
 */
export function complaintAbout({ name, version, hasCleanupHooks }: DriverBuild, node: string): string | null {
  const remedy =
    'Install the one for this Node: `npm pkg set overrides.typeorm.better-sqlite3="12 || 13"` and ' +
    '`npm install "better-sqlite3@12 || 13"`. See docs/database.md, "SQLite and releases of Node".';
  if (name === 'better-sqlite3' && numbersOf(version)[0] >= 13 && numbersOf(node)[0] < 22) {
    return `${name} ${version} needs Node 22, and would end this process (Node ${node}) with a segmentation fault. ${remedy}`;
  }
  if (!hasCleanupHooks || !mayAbort(node)) return null;
  return (
    `${name} ${version}, as it was compiled, would abort this process (Node ${node}) when garbage is collected while it is ` +
    `idle: "Assertion failed: (env) != nullptr". ${remedy}`
  );
}

/**
 * Where TypeORM has its driver from; `null` = the host gave it. Two copies of SQLite must not open one file in the same
 * process: when one closes it, the other loses its locks (https://www.sqlite.org/howtocorrupt.html, 2.2.1).
 */
export function driverPath(sqlite: unknown): string | null {
  try {
    const typeorm = createRequire(require.resolve('typeorm'));
    const path = typeorm.resolve('better-sqlite3');
    return typeorm(path) === sqlite ? path : null;
  } catch {
    return null;
  }
}

/**
 * Whether an object that has such a hook may abort it: Node 26.4 first looks for the environment elsewhere where there is
 * no context. The hooks come from the headers: of 24.19, which lacks that, and of 26.4. A driver from before runs on.
 */
function mayAbort(node: string): boolean {
  const [major, minor] = numbersOf(node);
  return major >= 24 && (major < 26 || (major === 26 && minor < 4));
}

/** It is not loaded before it connects. */
function installed(driver: DataSource['driver']): DriverBuild[] {
  const path = driverPath((driver as typeof driver & { sqlite?: unknown }).sqlite);
  return path ? [{ ...packageOf(path), hasCleanupHooks: false }] : [];
}

function loaded(): DriverBuild[] {
  return Object.keys(require.cache)
    .filter((path) => basename(path) === 'better_sqlite3.node')
    .map((path) => ({
      ...packageOf(path),
      // In the table of what it imports. Its version does not tell, nor that of Node.
      hasCleanupHooks: readFileSync(path).includes('RemoveEnvironmentCleanupHook'),
    }));
}

/** The nearest that has a version. */
function packageOf(path: string): { name: string; version: string } {
  for (let folder = dirname(path); folder !== dirname(folder); folder = dirname(folder)) {
    try {
      const { name, version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
        name?: unknown;
        version?: unknown;
      };
      if (typeof name === 'string' && typeof version === 'string') return { name, version };
    } catch {
      // Further up.
    }
  }
  return { name: basename(path), version: 'of an unknown version' };
}

function numbersOf(version: string): [major: number, minor: number] {
  const [major, minor] = version.split('.').map(Number);
  return [major ?? Number.NaN, minor ?? Number.NaN];
}
