import { DataSource, type DataSourceOptions } from 'typeorm';
import type { Dialect } from './dialects.js';

const HOUR = 3_600_000;
const CHUNK = 1_000_000;
const USER_ID = '019a0000-0000-7000-9000-';
const SESSION_ID = '019a0000-0000-7000-8000-';
const USER_AGENT =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36';

/** `session.expiry`: so long that none of the rows is due for its sliding write. */
export const EXPIRY = '1d';
export const PASSWORD = 'pw';
export const STORED_PASSWORD = `$cheap$${PASSWORD}`;

/** The token of session number `n`; the index over the hashes sees a random value. */
export function tokenOf(n: number): string {
  return String(n).padStart(43, '0');
}

/** The id of user number `n`; ascending, as those of version 7 are. */
export function userIdOf(n: number): string {
  return USER_ID + String(n).padStart(12, '0');
}

export function usernameOf(n: number): string {
  return `user-${String(n).padStart(8, '0')}`;
}

/** Sessions numbered [from, to). */
export interface Sessions {
  from: number;
  to: number;
  /** SQL of the number of the user whose session `n` is. */
  user: string;
  /** Whether those with an even number have expired. */
  halfExpired?: boolean;
}

/** Statement for sessions; those that live have 13 to 24 hours left, in no order. */
export function insertSessions(dialect: Dialect, { from, to, user, halfExpired }: Sessions): string {
  const now = Date.now();
  const scattered = `n * 7919 % ${11 * HOUR}`;
  const left = `${13 * HOUR} + ${scattered}`;
  const expiresAt = `${now} + ${halfExpired ? `CASE WHEN n % 2 = 0 THEN -1 - ${scattered} ELSE ${left} END` : left}`;
  return `INSERT INTO sso_session (id, token_hash, user_id, password_version, created_at, last_seen_at, expires_at,
      max_expires_at, authenticated_at, amr, remembered, remote_address, user_agent)
    SELECT ${dialect.uuid(dialect.digits(SESSION_ID, 'n', 12))}, ${dialect.sha256(dialect.digits('', 'n', 43))},
      ${dialect.uuid(dialect.digits(USER_ID, user, 12))}, 1, ${expiresAt} - ${24 * HOUR}, ${expiresAt} - ${24 * HOUR},
      ${expiresAt}, ${now + 6 * 24 * HOUR}, ${expiresAt} - ${24 * HOUR}, 'pwd', false, '192.0.2.1', '${USER_AGENT}'
    FROM ${dialect.series(from, to)}`;
}

/** Statement for users numbered [0, count). */
function insertUsers(dialect: Dialect, count: number): string {
  const now = Date.now();
  const name = dialect.digits('user-', 'n', 8);
  return `INSERT INTO sso_user (id, username, username_key, password_hash, password_version, password_last_set,
      password_must_change, is_active, is_super_user, is_locked, approval_status, sign_up_status, created_at, updated_at)
    SELECT ${dialect.uuid(dialect.digits(USER_ID, 'n', 12))}, ${name}, ${name}, '${STORED_PASSWORD}', 1, ${now},
      false, true, false, false, 'approved', 'final', ${now}, ${now}
    FROM ${dialect.series(0, count)}`;
}

export interface Filling {
  /** The last has no sessions, the others share them. */
  users: number;
  sessions: number;
  halfExpired: boolean;
}

/** Fills the two tables as the migration made them; the indexes of the sessions are built last, as from a dump. */
export async function fill(
  connection: DataSourceOptions,
  dialect: Dialect,
  { users, sessions, halfExpired }: Filling,
): Promise<void> {
  // A connection of its own, so that nothing it was told reaches the pool that is measured.
  const dataSource = await new DataSource({ ...connection, entities: [] }).initialize();
  try {
    const runner = dataSource.createQueryRunner();
    for (const sql of dialect.trusting) await runner.query(sql);
    await runner.query(insertUsers(dialect, users));

    const table = await runner.getTable('sso_session');
    if (!table) throw new Error('The migration has made no table sso_session.');
    const indices = [...table.indices];
    await runner.dropIndices(table, indices);
    for (let from = 0; from < sessions; from += CHUNK) {
      const to = Math.min(sessions, from + CHUNK);
      await runner.query(insertSessions(dialect, { from, to, user: `n % ${users - 1}`, halfExpired }));
    }
    await runner.createIndices(table, indices);

    for (const sql of dialect.settle) await runner.query(sql);
    await runner.release();
  } finally {
    await dataSource.destroy();
  }
}
