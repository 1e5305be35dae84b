import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { TypeOrmModuleOptions } from '@nestjs/typeorm';
import { home } from './home.js';

/** The sample's own file. */
export const DEFAULT_DATABASE_URL = `sqlite:${join(home, 'data', 'app.sqlite')}`;

/** Turns `sqlite::memory:`, `sqlite:<file>`, `postgres://…`, `mysql://…` or `mariadb://…` into TypeORM's options. */
export function databaseFromUrl(url: string): TypeOrmModuleOptions {
  const [scheme, rest] = splitOnce(url, ':');
  switch (scheme) {
    case 'sqlite':
      return sqlite(rest);
    case 'postgres':
    case 'postgresql':
      return { type: 'postgres', url: `postgres:${rest}` };
    case 'mysql':
    case 'mariadb':
      return { type: scheme, url };
    default:
      throw new Error(
        `DATABASE_URL "${scheme}:…" is not known. Use sqlite::memory:, sqlite:<file>, postgres://, mysql:// or mariadb://.`,
      );
  }
}

function sqlite(file: string): TypeOrmModuleOptions {
  if (file === ':memory:') {
    return { type: 'better-sqlite3', database: file };
  }
  mkdirSync(dirname(file), { recursive: true });
  return { type: 'better-sqlite3', database: file, enableWAL: true };
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + separator.length)];
}
