import type { DataSourceOptions } from 'typeorm';

/**
 * TypeORM's options for `sqlite:<file>`, `sqlite::memory:`, `postgres://…`, `mysql://…` or `mariadb://…`.
 *
 * @throws Error for any other URL
 */
export function databaseFromUrl(url: string): DataSourceOptions {
  const scheme = url.slice(0, Math.max(0, url.indexOf(':')));
  const rest = url.slice(scheme.length + 1);
  switch (scheme) {
    case 'sqlite':
      return { type: 'better-sqlite3', database: rest, enableWAL: rest !== ':memory:' };
    case 'postgres':
    case 'postgresql':
      return { type: 'postgres', url: `postgres:${rest}` };
    case 'mysql':
    case 'mariadb':
      return { type: scheme, url };
    default:
      // Not the URL itself: there may be a password in it.
      throw new Error(
        `The database URL begins with "${scheme}:", which is not known. Use sqlite:<file>, postgres://, mysql:// or mariadb://.`,
      );
  }
}
