import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import type { DataSource } from 'typeorm';
import { complaintAbout, type DriverBuild, mayAbort } from './driver.build.js';

const require = createRequire(import.meta.url ?? __filename);

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

/** Where TypeORM has its driver from; `null` = the host gave it. */
function driverPath(sqlite: unknown): string | null {
  try {
    const typeorm = createRequire(require.resolve('typeorm'));
    const path = typeorm.resolve('better-sqlite3');
    return typeorm(path) === sqlite ? path : null;
  } catch {
    return null;
  }
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
