import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import type { DataSource } from 'typeorm';
import { driverBuildProblem, type DriverBuild, mayAbort } from './driver.build.js';

const require = createRequire(import.meta.url ?? __filename);

/**
 * Returns why the SQLite driver of a data source would end this process without an error to catch.
 *
 * @returns a sentence with the remedy; `null` if no fault is known, for instance of a driver that the host provides
 */
export function driverProblem({ options, driver }: DataSource): string | null {
  if (options.type !== 'better-sqlite3') return null;
  const { node } = process.versions;
  const builds = [...installed(driver), ...(mayAbort(node) ? loaded() : [])];
  return builds.map((build) => driverBuildProblem(build, node)).find((problem) => problem !== null) ?? null;
}

/** Returns the path that TypeORM loaded the driver from; `null` if the host provides the driver. */
function driverPath(sqlite: unknown): string | null {
  try {
    const typeorm = createRequire(require.resolve('typeorm'));
    const path = typeorm.resolve('better-sqlite3');
    return typeorm(path) === sqlite ? path : null;
  } catch {
    return null;
  }
}

/** Before TypeORM connects, the binary is not loaded, so its cleanup hooks are not known yet. */
function installed(driver: DataSource['driver']): DriverBuild[] {
  const path = driverPath((driver as typeof driver & { sqlite?: unknown }).sqlite);
  return path ? [{ ...packageOf(path), hasCleanupHooks: false }] : [];
}

function loaded(): DriverBuild[] {
  return Object.keys(require.cache)
    .filter((path) => basename(path) === 'better_sqlite3.node')
    .map((path) => ({
      ...packageOf(path),
      // Neither its version nor that of Node tells, so the import table of the binary is searched.
      hasCleanupHooks: readFileSync(path).includes('RemoveEnvironmentCleanupHook'),
    }));
}

/** Returns the nearest package.json above a path that has a name and a version. */
function packageOf(path: string): { name: string; version: string } {
  for (let folder = dirname(path); folder !== dirname(folder); folder = dirname(folder)) {
    try {
      const { name, version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
        name?: unknown;
        version?: unknown;
      };
      if (typeof name === 'string' && typeof version === 'string') return { name, version };
    } catch {
      // No such file here: the parent folder is next.
    }
  }
  return { name: basename(path), version: 'of an unknown version' };
}
