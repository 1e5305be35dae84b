import { Inject, Injectable, type Type } from '@nestjs/common';
import DataLoader from 'dataloader';
import type { EntityMetadata, ObjectLiteral } from 'typeorm';
import { Database } from '../database/database.js';
import type { SsoUserBase } from '../user/sso-user.entity.js';
import { USER_ENTITY } from '../user/user.tokens.js';
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

const MAX_BATCH = 500;

/**
 * Looks sessions up, many requests with one statement: those who wait together are answered together, and the next
 * batch is sent when the one in flight has come back. Nothing is kept, so an answer is never older than its request.
 */
@Injectable()
export class SessionLookup<User extends SsoUserBase = SsoUserBase> {
  private readonly loader = new DataLoader<string, SessionRow<User> | null>((hashes) => this.batch(hashes), {
    cache: false,
    maxBatchSize: MAX_BATCH,
    batchScheduleFn: (send) => this.schedule(send),
  });
  private waiting: (() => void)[] = [];
  private inFlight = 0;
  private prepared: Statement<User> | undefined;

  constructor(
    private readonly database: Database,
    @Inject(USER_ENTITY) private readonly userEntity: Type<User>,
  ) {}

  /** The session with that token hash, live or not; `null` when there is none. */
  find(tokenHash: string): Promise<SessionRow<User> | null> {
    return this.loader.load(tokenHash);
  }

  private schedule(send: () => void): void {
    this.waiting.push(send);
    if (this.inFlight === 0) this.sendSoon();
  }

  /** At the end of this turn of the event loop, so that requests read together travel together. */
  private sendSoon(): void {
    setImmediate(() => {
      if (this.inFlight > 0) return;
      const sends = this.waiting;
      this.waiting = [];
      for (const send of sends) send();
    });
  }

  private async batch(hashes: readonly string[]): Promise<(SessionRow<User> | null)[]> {
    this.inFlight++;
    try {
      const statement = (this.prepared ??= new Statement(this.database, this.userEntity));
      const found = await statement.run([...new Set(hashes)]);
      return hashes.map((hash) => found.get(hash) ?? null);
    } finally {
      this.inFlight--;
      this.sendSoon();
    }
  }
}

/** The one statement, built from the entities' metadata: the host's columns, prefix and schema are in it. */
class Statement<User extends SsoUserBase> {
  private readonly session: Selection;
  private readonly user: Selection;
  private readonly head: string;

  constructor(
    private readonly database: Database,
    private readonly userEntity: Type<User>,
  ) {
    const { dataSource } = database;
    const escape = (name: string): string => dataSource.driver.escape(name);
    this.session = new Selection('s', dataSource.getMetadata(SsoSession), escape, NEEDED);
    this.user = new Selection('u', dataSource.getMetadata(userEntity), escape);
    const { session: s, user: u } = this;
    this.head =
      `SELECT ${s.column('tokenHash')} AS ${escape('hash')}, ${s.list}, ${u.list} FROM ${s.table} ` +
      `INNER JOIN ${u.table} ON ${u.column('id')} = ${s.column('userId')} WHERE ${s.column('tokenHash')} `;
  }

  async run(hashes: string[]): Promise<Map<string, SessionRow<User>>> {
    const [condition, parameters] =
      this.database.dataSource.options.type === 'postgres'
        ? // One text for batches of every size, so that it can be prepared once.
          ['= ANY($1)', [hashes]]
        : [`IN (${hashes.map(() => '?').join(', ')})`, hashes];
    const rows = await this.database.run((manager) =>
      manager.query<ObjectLiteral[]>(this.head + condition, parameters),
    );
    return new Map(
      rows.map((row) => [
        String(row['hash']),
        {
          session: this.session.hydrate(new SsoSession(), row),
          user: this.user.hydrate(new this.userEntity(), row),
        },
      ]),
    );
  }
}

/** The columns of one entity in a raw statement. */
class Selection {
  readonly table: string;
  readonly list: string;
  private readonly columns: EntityMetadata['columns'];

  constructor(
    private readonly alias: string,
    private readonly metadata: EntityMetadata,
    private readonly escape: (name: string) => string,
    properties?: readonly string[],
  ) {
    this.table = `${metadata.tablePath.split('.').map(escape).join('.')} ${alias}`;
    this.columns = metadata.columns.filter(
      ({ propertyName, isSelect, isVirtualProperty }) =>
        isSelect && !isVirtualProperty && (properties?.includes(propertyName) ?? true),
    );
    this.list = this.columns
      .map(({ databaseName }, index) => `${alias}.${escape(databaseName)} AS ${escape(`${alias}${index}`)}`)
      .join(', ');
  }

  column(property: string): string {
    const column = this.metadata.findColumnWithPropertyName(property);
    return `${this.alias}.${this.escape(column?.databaseName ?? property)}`;
  }

  hydrate<Entity extends ObjectLiteral>(entity: Entity, row: ObjectLiteral): Entity {
    const { driver } = this.metadata.dataSource;
    this.columns.forEach((column, index) => {
      column.setEntityValue(entity, driver.prepareHydratedValue(row[`${this.alias}${index}`], column));
    });
    return entity;
  }
}
