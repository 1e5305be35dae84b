import { type BeforeApplicationShutdown, Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import type { SessionState } from './lookup-statement.js';
import { SessionSettings } from './session.options.js';
import { SsoSession } from './sso-session.entity.js';

const MAX_BATCH = 500;

/**
 * Extends sessions that are used, with at most one write per session in half of `session.expiry`. No request waits for it.
 * Writes that are due at the same time are one statement. If a write fails, the next request of the session tries again.
 */
@Injectable()
export class SessionExtender implements BeforeApplicationShutdown {
  private readonly due = new Set<string>();
  private seenAt = new Date(0);
  private writing: Promise<void> | undefined;

  constructor(
    private readonly database: Database,
    private readonly settings: SessionSettings,
  ) {}

  /** Schedules the write for a live session if one is due, and sets its dates to the values that will be written. */
  recordUse(session: SessionState, now: Date): void {
    const { lastSeenAt, expiresAt, maxExpiresAt } = session;
    const half = this.settings.expiry / 2;
    const slides =
      this.settings.sliding && expiresAt < maxExpiresAt && expiresAt.getTime() < now.getTime() + half;
    if (!slides && lastSeenAt.getTime() >= now.getTime() - half) return;

    if (slides) session.expiresAt = this.expiryFrom(now, maxExpiresAt);
    session.lastSeenAt = now;
    this.due.add(session.id);
    if (now > this.seenAt) this.seenAt = now;
    this.writing ??= this.database.detached(() => this.write());
  }

  /** Returns the expiry of a session that is used at `now`. */
  expiryFrom(now: Date, maxExpiresAt: Date): Date {
    return new Date(Math.min(now.getTime() + this.settings.expiry, maxExpiresAt.getTime()));
  }

  /** Waits until all due writes are done. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.writing;
  }

  private async write(): Promise<void> {
    try {
      while (this.due.size > 0) {
        // Always in the same order, so that two processes cannot deadlock.
        const ids = [...this.due].toSorted().slice(0, MAX_BATCH);
        for (const id of ids) this.due.delete(id);
        await this.extend(ids, this.seenAt.getTime()).catch(() => undefined);
      }
    } finally {
      this.writing = undefined;
    }
  }

  /** Updates only rows that exist and are still due. A session that has ended has no row, so it cannot be revived. */
  private extend(ids: string[], now: number): Promise<unknown> {
    const { expiry, sliding } = this.settings;
    const half = expiry / 2;
    const slides = sliding ? 'expires_at < max_expires_at AND expires_at < :slideBefore' : '1 = 0';
    return this.database.transaction((manager) =>
      manager
        .createQueryBuilder()
        .update(SsoSession)
        .set({
          lastSeenAt: new Date(now),
          expiresAt: () =>
            `CASE WHEN NOT (${slides}) THEN expires_at WHEN max_expires_at < :until THEN max_expires_at ELSE :until END`,
        })
        .where(`id IN (:...ids) AND (${slides} OR last_seen_at < :seenBefore)`)
        .setParameters({ ids, until: now + expiry, slideBefore: now + half, seenBefore: now - half })
        .execute(),
    );
  }
}
