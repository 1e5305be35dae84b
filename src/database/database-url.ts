import type { DataSourceOptions } from 'typeorm';
import { DIALECTS } from './dialects/dialects.js';

/**
 * Returns TypeORM's options for `sqlite:<file>`, `sqlite::memory:`, `postgres://…`, `mysql://…` or `mariadb://…`.
 *
 * @throws Error for any other URL
 */
export function databaseFromUrl(url: string): DataSourceOptions {
  const scheme = url.slice(0, Math.max(0, url.indexOf(':')));
  const rest = url.slice(scheme.length + 1);
  for (const dialect of DIALECTS) {
    const options = dialect.optionsFor(scheme, rest);
    if (options) return options;
  }
  // The URL is not shown, because it may contain a password.
  throw new Error(
    `The database URL begins with "${scheme}:", which is not known. Use sqlite:<file>, postgres://, mysql:// or mariadb://.`,
  );
}
