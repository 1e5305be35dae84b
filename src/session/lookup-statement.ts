import type { Type } from '@nestjs/common';
import { In, type ObjectLiteral } from 'typeorm';
import type { Database } from '../database/database.js';
import type { Dialect } from '../database/dialects/dialect.js';
import type { SsoUserBase } from '../user/sso-user.entity.js';
import { ColumnSelection, type Values } from './column-selection.js';
import { SsoSession } from './sso-session.entity.js';
import { asError, isPlain, UserLoader } from './user-loader.js';

/** Properties of a session that a request needs. Each further column would make every request slower. */
const NEEDED = [
  'id',
  'passwordVersion',
  'createdAt',
  'lastSeenAt',
  'expiresAt',
  'maxExpiresAt',
  'authenticatedAt',
  'amr',
  'remembered',
] as const;

const NEEDED_COLUMNS = Object.fromEntries(NEEDED.map((name) => [name, true]));

/** The properties of a session that a lookup reads. */
export type SessionState = Pick<SsoSession, (typeof NEEDED)[number]>;

/** A session and its user, read after the request arrived. */
export interface SessionRow<User extends SsoUserBase> {
  session: SessionState;
  user: User;
}

/** Result of one lookup: `null` if there is no such session, an error if a row cannot be read. */
export type LookupResult<User extends SsoUserBase> = SessionRow<User> | Error | null;

/** Looks up many sessions at once. */
export interface LookupStatement<User extends SsoUserBase> {
  /** Returns one result for each token hash. Two equal hashes get two separate objects. */
  run(hashes: readonly string[]): Promise<LookupResult<User>[]>;
}

/** Returns the fastest lookup that reads the user as TypeORM's repository would. */
export function lookupStatement<User extends SsoUserBase>(
  database: Database,
  userEntity: Type<User>,
): LookupStatement<User> {
  return isPlain(database.dataSource, userEntity)
    ? new JoinedLookup(database, userEntity)
    : new LoadedLookup(database, userEntity);
}

/** Reads session and user with one raw statement. */
class JoinedLookup<User extends SsoUserBase> implements LookupStatement<User> {
  private readonly session: ColumnSelection<SsoSession>;
  private readonly user: ColumnSelection<User>;
  private readonly form: StatementForm;

  /** Builds the statement from the entities' metadata, so that it has the host's columns, prefix and schema. */
  constructor(
    private readonly database: Database,
    userEntity: Type<User>,
  ) {
    const { dataSource } = database;
    this.session = new ColumnSelection(dataSource, SsoSession, 's', NEEDED);
    this.user = new ColumnSelection(dataSource, userEntity, 'u');
    this.form = formFor(database.dialect, this.session, this.user);
  }

  async run(hashes: readonly string[]): Promise<LookupResult<User>[]> {
    const rows = await this.database.run((manager) =>
      manager.query<ObjectLiteral[]>(...this.form.query([...new Set(hashes)])),
    );
    const found = new Map(rows.map((row) => [String(row['hash']), this.form.valuesOf(row)]));
    const given = new Set<string>();
    return hashes.map((hash) => {
      const values = found.get(hash) ?? null;
      if (values === null) return null;
      const own = given.has(hash) ? this.copied(values) : values;
      given.add(hash);
      return this.hydrated(own);
    });
  }

  /** Copies the values that drivers return as objects, such as JSON, so that two requests do not share them. */
  private copied(values: Values): Values {
    const length = this.session.columns.length + this.user.columns.length;
    return Array.from({ length }, (_, place) => copyOf(values[place]));
  }

  private hydrated(values: Values): LookupResult<User> {
    try {
      return {
        session: this.session.hydrate(values, 0),
        user: this.user.hydrate(values, this.session.columns.length),
      };
    } catch (error) {
      return asError(error);
    }
  }
}

function copyOf(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Buffer.isBuffer(value)) return Buffer.from(value);
  const isData =
    Array.isArray(value) || value instanceof Date || Object.getPrototypeOf(value) === Object.prototype;
  return isData ? structuredClone(value) : value;
}

/** Reads the session, and then the user with TypeORM. */
class LoadedLookup<User extends SsoUserBase> implements LookupStatement<User> {
  private readonly users: UserLoader<User>;

  constructor(
    private readonly database: Database,
    userEntity: Type<User>,
  ) {
    this.users = new UserLoader(userEntity);
  }

  run(hashes: readonly string[]): Promise<LookupResult<User>[]> {
    return this.database.run(async (manager) => {
      const sessions = await manager.find(SsoSession, {
        select: { tokenHash: true, userId: true, ...NEEDED_COLUMNS },
        where: { tokenHash: In([...new Set(hashes)]) },
      });
      const byHash = new Map(sessions.map((session) => [session.tokenHash, session]));
      const asked = hashes.map((hash) => byHash.get(hash));
      const users = await this.users.load(
        manager,
        asked.flatMap((session) => session?.userId ?? []),
      );
      return asked.map((session) => {
        if (!session) return null;
        const user = users.shift() ?? null;
        return user === null || user instanceof Error
          ? user
          : { session: structuredClone({ ...session }), user };
      });
    });
  }
}

/** The text of the statement, and how to read a result row: first the values of the session, then those of the user. */
interface StatementForm {
  query(hashes: readonly string[]): [text: string, parameters: unknown[]];
  valuesOf(row: ObjectLiteral): Values | null;
}

function formFor(
  dialect: Dialect,
  session: ColumnSelection<ObjectLiteral>,
  user: ColumnSelection<ObjectLiteral>,
): StatementForm {
  if (dialect.readsJsonRowsFaster && user.isPlain) return jsonStatement(session, user);
  return joinStatement(session, user, (hashes) => dialect.isOneOf(hashes));
}

/** Joins session and user, with one column for each value. */
function joinStatement(
  session: ColumnSelection<ObjectLiteral>,
  user: ColumnSelection<ObjectLiteral>,
  isOneOf: StatementForm['query'],
): StatementForm {
  // Columns are named by their index, so that a row can be read like an array.
  const list = [...session.columns, ...user.columns].map(
    (column, place) => `${column} AS ${session.escape(`${place}`)}`,
  );
  const hash = session.column('tokenHash');
  const head =
    `SELECT ${hash} AS ${session.escape('hash')}, ${list.join(', ')} FROM ${session.table} ` +
    `INNER JOIN ${user.table} ON ${user.column('id')} = ${session.column('userId')} WHERE ${hash} `;
  return {
    query: (hashes) => {
      const [condition, parameters] = isOneOf(hashes);
      return [head + condition, parameters];
    },
    valuesOf: (row) => row as unknown as Values,
  };
}

/**
 * Reads session and user as one JSON array, which takes pg half the time of thirty columns. PostgreSQL plans these
 * subqueries faster than the join, and always uses the indexes, where a join would scan small tables.
 */
function jsonStatement(
  session: ColumnSelection<ObjectLiteral>,
  user: ColumnSelection<ObjectLiteral>,
): StatementForm {
  const ofUser = `SELECT json_build_array(${user.columns.join(', ')}) FROM ${user.table} WHERE ${user.column('id')} = ${session.column('userId')}`;
  const ofSession = `SELECT json_build_array(${session.columns.join(', ')}, (${ofUser})) FROM ${session.table} WHERE ${session.column('tokenHash')} = h.hash`;
  const text = `SELECT h.hash, (${ofSession})::text AS "values" FROM unnest($1::text[]) AS h(hash)`;
  return {
    query: (hashes) => [text, [hashes]],
    valuesOf: (row) => {
      if (row['values'] === null) return null;
      const values = JSON.parse(String(row['values'])) as unknown[];
      return values.concat(values.pop());
    },
  };
}
