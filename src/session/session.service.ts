import { Injectable } from '@nestjs/common';
import { type EntityManager, type FindManyOptions, MoreThan, Not, type ObjectLiteral } from 'typeorm';
import { v7 as newId, validate as isUuid } from 'uuid';
import { addressText, columnText } from '../database/column-text.js';
import { Database } from '../database/database.js';
import { sweep } from '../database/sweep.js';
import type { SsoUserBase } from '../user/sso-user.entity.js';
import { AuthenticatedSession, type SessionKey } from './authenticated-session.js';
import type { SessionState } from './lookup-statement.js';
import { SessionEvents, type SessionsEnded } from './session.events.js';
import { SessionExtender } from './session.extender.js';
import { SessionLookup } from './session.lookup.js';
import { SessionSettings } from './session.options.js';
import { hashToken, isBearerToken, newToken, type SessionTransport, tokensIn } from './session.token.js';
import { SsoSession } from './sso-session.entity.js';

/** Address and browser from which a session was opened. */
export interface SessionOrigin {
  remoteAddress?: string | undefined;
  userAgent?: string | undefined;
}

/** Facts about the login that are stored with the session. */
export interface SessionTraits {
  /** Methods by which the person signed in (RFC 8176); `pwd` is a password. */
  amr: readonly string[];
  /** Whether the person asked to stay signed in. */
  remembered: boolean;
  /** How the client stores the token. */
  transport: SessionTransport;
}

/** A new session with its token. No other copy of the token exists. */
export interface OpenedSession<User extends SsoUserBase> {
  token: string;
  session: AuthenticatedSession<User>;
}

/** Opens, finds and ends sessions. They are stored in the database, and read again for every request. */
@Injectable()
export class SessionService<User extends SsoUserBase = SsoUserBase> {
  constructor(
    private readonly database: Database,
    private readonly lookup: SessionLookup<User>,
    private readonly extender: SessionExtender,
    private readonly settings: SessionSettings,
    private readonly events: SessionEvents,
  ) {}

  /** Returns the live session of a token, or `null`. If there are several tokens, the first live one counts. */
  async find(token: string | undefined): Promise<AuthenticatedSession<User> | null> {
    const found = await Promise.all(tokensIn(token).map((one) => this.findByKey(keyOf(one))));
    return found.find((session) => session !== null) ?? null;
  }

  /** Returns the current state of the session; `null` if it has ended, or if the object is not a session of this module. */
  async findAgain(session: object): Promise<AuthenticatedSession<User> | null> {
    const key = AuthenticatedSession.keyOf(session);
    return key === null ? null : this.findByKey(key);
  }

  private async findByKey(key: SessionKey): Promise<AuthenticatedSession<User> | null> {
    const found = await this.lookup.find(key.hash);
    const now = new Date();
    if (!found || !isLive(found.session, found.user, now)) return null;
    this.extender.recordUse(found.session, now);
    return new AuthenticatedSession(found.session, found.user, key, now);
  }

  /**
   * Returns the state of the session in a transaction; `null` if it has ended.
   *
   * @param user as read in the transaction
   */
  async findWithin(
    manager: EntityManager,
    session: object,
    user: User,
  ): Promise<AuthenticatedSession<User> | null> {
    const key = AuthenticatedSession.keyOf(session);
    if (key === null) return null;
    const row = await manager.findOneBy(SsoSession, { tokenHash: key.hash, userId: user.id });
    const now = new Date();
    return row && isLive(row, user, now) ? new AuthenticatedSession(row, user, key, now) : null;
  }

  /**
   * Opens a session bound to the password version that `user` had when it was read, and ends the oldest sessions beyond
   * `session.maxPerUser`. The transaction has to hold the lock of the user's row, so that concurrent logins count each other.
   */
  async open(
    manager: EntityManager,
    user: User,
    origin: SessionOrigin,
    { amr, remembered, transport }: SessionTraits,
  ): Promise<OpenedSession<User>> {
    const token = newToken(transport);
    const now = new Date();
    const maxExpiresAt = new Date(now.getTime() + this.settings.maxExpiry);
    const row = manager.create(SsoSession, {
      id: newId(),
      tokenHash: hashToken(token),
      userId: user.id,
      passwordVersion: user.passwordVersion,
      createdAt: now,
      lastSeenAt: now,
      expiresAt: this.extender.expiryFrom(now, maxExpiresAt),
      maxExpiresAt,
      authenticatedAt: now,
      amr: amr.join(' '),
      remembered,
      remoteAddress: addressText(origin.remoteAddress),
      userAgent: columnText(origin.userAgent, 255),
    });
    await this.endOldest(manager, user.id, now);
    await manager.insert(SsoSession, row);
    return { token, session: new AuthenticatedSession(row, user, keyOf(token), now) };
  }

  /** Ends the oldest live sessions of a user, so that there is room for one more. */
  private async endOldest(manager: EntityManager, userId: string, now: Date): Promise<void> {
    const { maxPerUser } = this.settings;
    if (maxPerUser === null) return;
    const oldest = await manager.find(SsoSession, {
      select: { id: true },
      where: { userId, expiresAt: MoreThan(now), maxExpiresAt: MoreThan(now) },
      order: { createdAt: 'DESC', id: 'DESC' },
      skip: maxPerUser - 1,
      take: 1000,
    });
    if (oldest.length === 0) return;
    const sessionIds = oldest.map(({ id }) => id);
    await manager.delete(SsoSession, sessionIds);
    this.events.emitAfterCommit(manager, { userId, sessionIds });
  }

  /** Gives a session a new token of the same kind and binds it to a new password version. The old token becomes invalid. */
  async rotate(
    manager: EntityManager,
    { id, transport }: AuthenticatedSession<User>,
    passwordVersion: number,
  ): Promise<string> {
    const token = newToken(transport);
    await manager.update(SsoSession, { id }, { tokenHash: hashToken(token), passwordVersion });
    return token;
  }

  /** Ends the session of a token, if there is one; if there are several tokens, the session of each. */
  async endByToken(manager: EntityManager, token: string | undefined): Promise<void> {
    for (const one of tokensIn(token)) await this.endByHash(manager, hashToken(one));
  }

  private async endByHash(manager: EntityManager, tokenHash: string): Promise<void> {
    // The ids are only read for listeners of the event.
    const row = this.events.hasListeners
      ? await manager.findOne(SsoSession, { select: { id: true, userId: true }, where: { tokenHash } })
      : null;
    await manager.delete(SsoSession, { tokenHash });
    if (row) this.events.emitAfterCommit(manager, { userId: row.userId, sessionIds: [row.id] });
  }

  /** Ends one session of a user. Returns `false` if the user has no such session. */
  async end(manager: EntityManager, userId: string, sessionId: string): Promise<boolean> {
    if (!isUuid(sessionId)) return false;
    const id = sessionId.toLowerCase();
    const { affected } = await manager.delete(SsoSession, { id, userId });
    if (affected !== 1) return false;
    this.events.emitAfterCommit(manager, { userId, sessionIds: [id] });
    return true;
  }

  /** Ends all sessions of a user except one, and returns how many were ended. */
  async endAll(manager: EntityManager, userId: string, exceptId?: string): Promise<number> {
    const others = exceptId === undefined ? { userId } : { userId, id: Not(exceptId) };
    const { affected } = await manager.delete(SsoSession, others);
    if (!affected) return 0;
    const event: SessionsEnded = { userId, sessionIds: null };
    if (exceptId !== undefined) event.exceptSessionId = exceptId;
    this.events.emitAfterCommit(manager, event);
    return affected;
  }

  /** Returns the live sessions of a user, the last used first. */
  async list(userId: string): Promise<SsoSession[]> {
    return this.database.run((manager) => manager.find(SsoSession, liveOf(userId)));
  }

  /** Returns one page of {@link list}, and the total number. */
  async page(userId: string, page: number, pageSize: number): Promise<[SsoSession[], number]> {
    return this.database.run((manager) =>
      manager.findAndCount(SsoSession, {
        ...liveOf(userId),
        skip: (page - 1) * pageSize,
        take: pageSize,
      }),
    );
  }

  /** Deletes expired sessions in batches, so that no lock is held for long. Returns how many were deleted. */
  async sweep(signal?: AbortSignal): Promise<number> {
    const until = (): Date => new Date();
    const expired = { entity: SsoSession, instant: 'expiresAt', until } as const;
    if (!this.events.hasListeners) return sweep(this.database, expired, signal);
    const onDeleted = (rows: readonly ObjectLiteral[]): void => this.emitExpired(rows);
    return sweep(this.database, { ...expired, extraColumns: ['userId'], onDeleted }, signal);
  }

  private emitExpired(rows: readonly ObjectLiteral[]): void {
    const idsOf = new Map<string, string[]>();
    for (const { id, userId } of rows) {
      const ids = idsOf.get(userId);
      if (ids) ids.push(id);
      else idsOf.set(userId, [id]);
    }
    for (const [userId, sessionIds] of idsOf) this.events.emit({ userId, sessionIds });
  }
}

function keyOf(token: string): SessionKey {
  return { hash: hashToken(token), transport: isBearerToken(token) ? 'bearer' : 'cookie' };
}

function liveOf(userId: string): FindManyOptions<SsoSession> {
  const now = new Date();
  return {
    where: { userId, expiresAt: MoreThan(now), maxExpiresAt: MoreThan(now) },
    order: { lastSeenAt: 'DESC', id: 'DESC' },
  };
}

function isLive(row: SessionState, user: SsoUserBase, now: Date): boolean {
  return (
    now < row.expiresAt &&
    now < row.maxExpiresAt &&
    row.passwordVersion === user.passwordVersion &&
    user.isOpen
  );
}
