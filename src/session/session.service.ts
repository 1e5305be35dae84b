import { Injectable } from '@nestjs/common';
import { type EntityManager, In, LessThanOrEqual, MoreThan, Not } from 'typeorm';
import { v7 as newId, validate as isUuid } from 'uuid';
import { columnText } from '../database/column-text.js';
import { Database } from '../database/database.js';
import type { SsoUserBase } from '../user/sso-user.entity.js';
import { AuthenticatedSession } from './authenticated-session.js';
import { SessionLookup } from './session.lookup.js';
import { SessionSettings } from './session.options.js';
import { hashToken, isToken, newToken } from './session.token.js';
import { SsoSession } from './sso-session.entity.js';

/** Where a session was opened from. */
export interface SessionOrigin {
  remoteAddress?: string | undefined;
  userAgent?: string | undefined;
}

/** A session just opened, with the one and only copy of its token. */
export interface OpenedSession<User extends SsoUserBase> {
  token: string;
  session: AuthenticatedSession<User>;
}

const SWEEP_BATCH = 1000;

/** Sessions in the database: opened, looked up afresh for every request, ended. */
@Injectable()
export class SessionService<User extends SsoUserBase = SsoUserBase> {
  constructor(
    private readonly database: Database,
    private readonly lookup: SessionLookup<User>,
    private readonly settings: SessionSettings,
  ) {}

  /** The live session behind a token, or `null`. */
  async find(token: string | undefined): Promise<AuthenticatedSession<User> | null> {
    return isToken(token) ? this.findByHash(hashToken(token)) : null;
  }

  /** The same session as it is now, or `null` when it has ended since, or was never one of ours. */
  async findAgain(session: object): Promise<AuthenticatedSession<User> | null> {
    const tokenHash = AuthenticatedSession.tokenHashOf(session);
    return tokenHash === null ? null : this.findByHash(tokenHash);
  }

  private async findByHash(tokenHash: string): Promise<AuthenticatedSession<User> | null> {
    const found = await this.lookup.find(tokenHash);
    const now = new Date();
    if (!found || !isLive(found.session, found.user, now)) return null;
    await this.keepAlive(found.session, now);
    return new AuthenticatedSession(found.session, found.user, tokenHash, now);
  }

  /** Writes at most once per half of `expiry`; an ended session's row is gone, so no write can revive it. */
  private async keepAlive(row: SsoSession, now: Date): Promise<void> {
    const half = this.settings.expiry / 2;
    const slides = this.settings.sliding && row.expiresAt.getTime() - now.getTime() < half;
    const expiresAt = slides ? this.expiryFrom(now, row.maxExpiresAt) : row.expiresAt;
    const isDue = expiresAt > row.expiresAt || now.getTime() - row.lastSeenAt.getTime() > half;
    if (!isDue) return;
    await this.database.run((manager) =>
      manager.update(SsoSession, { id: row.id, expiresAt: row.expiresAt }, { expiresAt, lastSeenAt: now }),
    );
    row.expiresAt = expiresAt;
    row.lastSeenAt = now;
  }

  /** Opens a session bound to the password version that `user` had when it was read. */
  async open(manager: EntityManager, user: User, origin: SessionOrigin): Promise<OpenedSession<User>> {
    const token = newToken();
    const now = new Date();
    const maxExpiresAt = new Date(now.getTime() + this.settings.maxExpiry);
    const row = manager.create(SsoSession, {
      id: newId(),
      tokenHash: hashToken(token),
      userId: user.id,
      passwordVersion: user.passwordVersion,
      createdAt: now,
      lastSeenAt: now,
      expiresAt: this.expiryFrom(now, maxExpiresAt),
      maxExpiresAt,
      remoteAddress: columnText(origin.remoteAddress, 45),
      userAgent: columnText(origin.userAgent, 255),
    });
    await manager.insert(SsoSession, row);
    return { token, session: new AuthenticatedSession(row, user, row.tokenHash, now) };
  }

  private expiryFrom(now: Date, maxExpiresAt: Date): Date {
    return new Date(Math.min(now.getTime() + this.settings.expiry, maxExpiresAt.getTime()));
  }

  /** Gives a session a new token and ties it to a new password version; the old token is dead. */
  async rotate(manager: EntityManager, sessionId: string, passwordVersion: number): Promise<string> {
    const token = newToken();
    await manager.update(SsoSession, { id: sessionId }, { tokenHash: hashToken(token), passwordVersion });
    return token;
  }

  /** Ends the session behind a token, if there is one. */
  async endByToken(manager: EntityManager, token: string | undefined): Promise<void> {
    if (token !== undefined && isToken(token))
      await manager.delete(SsoSession, { tokenHash: hashToken(token) });
  }

  /** Ends one session of a user; `false` when that user has no such session. */
  async end(manager: EntityManager, userId: string, sessionId: string): Promise<boolean> {
    if (!isUuid(sessionId)) return false;
    const { affected } = await manager.delete(SsoSession, { id: sessionId.toLowerCase(), userId });
    return affected === 1;
  }

  /** Ends all sessions of a user but the excepted one; answers how many. */
  async endAll(manager: EntityManager, userId: string, exceptId?: string): Promise<number> {
    const others = exceptId === undefined ? { userId } : { userId, id: Not(exceptId) };
    const { affected } = await manager.delete(SsoSession, others);
    return affected ?? 0;
  }

  /** A user's live sessions, the latest first. */
  async list(userId: string): Promise<SsoSession[]> {
    const now = new Date();
    return this.database.run((manager) =>
      manager.find(SsoSession, {
        where: { userId, expiresAt: MoreThan(now), maxExpiresAt: MoreThan(now) },
        order: { lastSeenAt: 'DESC', id: 'DESC' },
      }),
    );
  }

  /** Deletes expired sessions in batches, so that no lock is held for long; answers how many. */
  async sweep(): Promise<number> {
    for (let swept = 0; ;) {
      const expired = await this.database.run((manager) =>
        manager.find(SsoSession, {
          select: { id: true },
          where: { expiresAt: LessThanOrEqual(new Date()) },
          take: SWEEP_BATCH,
        }),
      );
      if (expired.length > 0) {
        const ids = expired.map(({ id }) => id);
        await this.database.run((manager) =>
          // Asked again: a request may have extended the session since it was read.
          manager.delete(SsoSession, { id: In(ids), expiresAt: LessThanOrEqual(new Date()) }),
        );
      }
      swept += expired.length;
      if (expired.length < SWEEP_BATCH) return swept;
    }
  }
}

function isLive(row: SsoSession, user: SsoUserBase, now: Date): boolean {
  return (
    now < row.expiresAt &&
    now < row.maxExpiresAt &&
    row.passwordVersion === user.passwordVersion &&
    user.isOpen
  );
}
