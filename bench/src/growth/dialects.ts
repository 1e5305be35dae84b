/** What bulk rows need of a database's own SQL. */
export interface Dialect {
  /** Makes the loading connection quick: the rows are right by construction. */
  trusting: string[];
  /** A FROM item with the whole numbers `n` of [from, to). */
  series(from: number, to: number): string;
  /** `prefix` and the digits of a number, padded with zeros to `width`. */
  digits(prefix: string, number: string, width: number): string;
  uuid(text: string): string;
  /** In hexadecimal. */
  sha256(text: string): string;
  /** What makes a table that was just filled like one that has long been in use. */
  settle: string[];
  /** A row of `bytes` (both tables with their indexes), `cache` (the database's own) and `beyond` (where the rest is). */
  memory: string;
}

export const postgresDialect: Dialect = {
  trusting: [
    'SET session_replication_role = replica',
    `SET maintenance_work_mem = '1GB'`,
    'SET synchronous_commit = off',
  ],
  series: (from, to) => `generate_series(${from}::bigint, ${to - 1}) AS series (n)`,
  digits: (prefix, number, width) => `'${prefix}' || lpad((${number})::text, ${width}, '0')`,
  uuid: (text) => `(${text})::uuid`,
  sha256: (text) => `encode(sha256((${text})::bytea), 'hex')`,
  settle: ['VACUUM (ANALYZE) sso_user', 'VACUUM (ANALYZE) sso_session', 'CHECKPOINT'],
  memory: `SELECT pg_total_relation_size('sso_session') + pg_total_relation_size('sso_user') AS bytes,
    pg_size_bytes(current_setting('shared_buffers')) AS cache, 'from the page cache of the operating system' AS beyond`,
};

export const mariadbDialect: Dialect = {
  trusting: ['SET SESSION foreign_key_checks = 0, unique_checks = 0'],
  series: (from, to) => `(SELECT CAST(seq AS SIGNED) AS n FROM seq_${from}_to_${to - 1}) AS series`,
  digits: (prefix, number, width) => `CONCAT('${prefix}', LPAD(${number}, ${width}, '0'))`,
  uuid: (text) => text,
  sha256: (text) => `SHA2(${text}, 256)`,
  settle: [
    'ANALYZE TABLE sso_user, sso_session',
    // Writes what is only in memory to the disk.
    'FLUSH TABLES sso_user, sso_session FOR EXPORT',
    'UNLOCK TABLES',
  ],
  memory: `SELECT SUM(data_length + index_length) AS bytes, @@innodb_buffer_pool_size AS cache,
      CONCAT('from the disk (', @@innodb_flush_method, ')') AS beyond
    FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name IN ('sso_user', 'sso_session')`,
};

export const sqliteDialect: Dialect = {
  trusting: ['PRAGMA foreign_keys = OFF', 'PRAGMA synchronous = OFF', 'PRAGMA cache_size = -1000000'],
  series: (from, to) =>
    `(WITH RECURSIVE counter (n) AS
      (SELECT ${from} UNION ALL SELECT n + 1 FROM counter WHERE n < ${to - 1}) SELECT n FROM counter)`,
  digits: (prefix, number, width) => `'${prefix}' || printf('%0${width}d', ${number})`,
  uuid: (text) => text,
  sha256: (text) => `sha256(${text})`,
  settle: ['ANALYZE', 'PRAGMA wal_checkpoint(TRUNCATE)'],
  // A negative size of the cache is in kibibytes.
  memory: `SELECT page_count * page_size AS bytes, -1024 * cache_size AS cache,
      'from the page cache of the operating system' AS beyond
    FROM pragma_page_count, pragma_page_size, pragma_cache_size`,
};
