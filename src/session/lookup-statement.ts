import type { Type } from '@nestjs/common';
import type { DataSource, ObjectLiteral } from 'typeorm';
import type { Database } from '../database/database.js';
import type { SsoUserBase } from '../user/sso-user.entity.js';
import { Selection, type Values } from './selection.js';
import { SsoSession } from './sso-session.entity.js';

/** What a request needs of its session's row; each column more would be paid for by every request. */
const NEEDED = ['id', 'passwordVersion', 'createdAt', 'lastSeenAt', 'expiresAt', 'maxExpiresAt'] as const;

/** The part of a session's row that is looked up. */
export type SessionState = Pick<SsoSession, (typeof NEEDED)[number]>;

/** A session's row with its user's, as they were after the request arrived. */
export interface SessionRow<User extends SsoUserBase> {
  session: SessionState;
  user: User;
}

/** Looks up many sessions at once. */
export class LookupStatement<User extends SsoUserBase> {
  private readonly session: Selection<SsoSession>;
  private readonly user: Selection<User>;
  private readonly form: StatementForm;

  /** Built from the entities' metadata: the host's columns, prefix and schema are in it. */
  constructor(
    private readonly database: Database,
    userEntity: Type<User>,
  ) {
    const { dataSource } = database;
    this.session = new Selection(dataSource, SsoSession, 's', NEEDED);
    this.user = new Selection(dataSource, userEntity, 'u');
    this.form = formFor(dataSource, this.session, this.user);
  }

  /** Those that there are, by the hashes of their tokens. */
  async run(hashes: readonly string[]): Promise<Map<string, SessionRow<User>>> {
    const rows = await this.database.run((manager) =>
      manager.query<ObjectLiteral[]>(...this.form.query(hashes)),
    );
    const found = new Map<string, SessionRow<User>>();
    for (const row of rows) {
      const values = this.form.valuesOf(row);
      if (!values) continue;
      found.set(String(row['hash']), {
        session: this.session.hydrate(values, 0),
        user: this.user.hydrate(values, this.session.columns.length),
      });
    }
    return found;
  }
}

/** How the database is asked, and where in a row of its answer the values are: the session's, then the user's. */
interface StatementForm {
  query(hashes: readonly string[]): [text: string, parameters: unknown[]];
  valuesOf(row: ObjectLiteral): Values | null;
}

function formFor(
  { options }: DataSource,
  session: Selection<ObjectLiteral>,
  user: Selection<ObjectLiteral>,
): StatementForm {
  if (options.type === 'postgres') {
    return user.isPlain ? packed(session, user) : joined(session, user, (hashes) => ['= ANY($1)', [hashes]]);
  }
  return joined(session, user, (hashes) => [`IN (${hashes.map(() => '?').join(', ')})`, [...hashes]]);
}

/** Session and user side by side, a column for each value. */
function joined(
  session: Selection<ObjectLiteral>,
  user: Selection<ObjectLiteral>,
  isOneOf: StatementForm['query'],
): StatementForm {
  // Named by their places, a row can be read like an array.
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
 * Session and user as one JSON array, which costs pg half the time of thirty columns. PostgreSQL plans such subqueries
 * faster than the join and always goes by the indexes, where it would read small tables as a whole.
 */
function packed(session: Selection<ObjectLiteral>, user: Selection<ObjectLiteral>): StatementForm {
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
