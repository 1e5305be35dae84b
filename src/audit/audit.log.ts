import { Injectable, Logger } from '@nestjs/common';
import { type EntityManager, LessThan } from 'typeorm';
import { v7 as newId, validate as isUuid } from 'uuid';
import { columnText } from '../database/column-text.js';
import { Database } from '../database/database.js';
import { AuditSettings } from './audit.options.js';
import { SsoAuditEvent } from './sso-audit-event.entity.js';

/** What is recorded of an action. */
export type AuditEntry = Pick<SsoAuditEvent, 'actor' | 'target' | 'action'> & {
  app?: string | undefined;
  remoteAddress?: string | undefined;
  userAgent?: string | undefined;
  correlationId?: string | undefined;
};

/** Takes events elsewhere; called after the commit, and not waited for. One that fails is logged. */
export interface AuditSink {
  record(event: Readonly<SsoAuditEvent>): void | Promise<void>;
}

/** Rows that one sweep deletes at a time. */
const SWEEP_BATCH = 1000;

/** Records who did what: a row in the transaction of what it records, then a line in the log and the host's sinks. */
@Injectable()
export class AuditLog {
  private readonly logger = new Logger('AuthAudit');

  constructor(
    private readonly database: Database,
    private readonly settings: AuditSettings,
  ) {}

  /** Records what succeeds if the transaction of `manager` does. */
  async success(manager: EntityManager, entry: AuditEntry): Promise<void> {
    const event = eventOf(entry, null);
    await manager.insert(SsoAuditEvent, event);
    this.database.afterCommit(manager, () => this.publish(event));
  }

  /** Records what was refused, with the refusal's code. */
  async failure(entry: AuditEntry, code: string): Promise<void> {
    const event = eventOf(entry, code);
    try {
      await this.database.transaction((manager) => manager.insert(SsoAuditEvent, event));
    } catch {
      // The refusal stands; the database's own failure is logged where it is met.
    }
    this.publish(event);
  }

  /** Events about a user, the latest first. */
  async list(userId: string, page: number, pageSize: number): Promise<[SsoAuditEvent[], number]> {
    if (!isUuid(userId)) return [[], 0];
    return this.database.run((manager) =>
      manager.findAndCount(SsoAuditEvent, {
        where: { target: userId.toLowerCase() },
        order: { at: 'DESC', id: 'DESC' },
        skip: (page - 1) * pageSize,
        take: pageSize,
      }),
    );
  }

  /** Deletes what is older than `audit.retention`. */
  async sweep(): Promise<void> {
    const { retention } = this.settings;
    if (retention === null) return;
    const before = new Date(Date.now() - retention);
    for (let found = SWEEP_BATCH; found === SWEEP_BATCH;) {
      found = await this.database.transaction(async (manager) => {
        const old = await manager.find(SsoAuditEvent, {
          select: { id: true },
          where: { at: LessThan(before) },
          take: SWEEP_BATCH,
        });
        if (old.length > 0)
          await manager.delete(
            SsoAuditEvent,
            old.map(({ id }) => id),
          );
        return old.length;
      });
    }
  }

  private publish(event: SsoAuditEvent): void {
    const line = JSON.stringify(event);
    if (event.outcome === 'success') this.logger.log(line);
    else this.logger.warn(line);
    for (const sink of this.settings.sinks) void this.pass(event, sink);
  }

  /** Nobody waits for a sink: what it records has happened. */
  private async pass(event: SsoAuditEvent, sink: AuditSink): Promise<void> {
    try {
      await sink.record(event);
    } catch (error) {
      this.logger.error(`An audit sink failed: ${error instanceof Error ? error.name : typeof error}`);
    }
  }
}

function eventOf(entry: AuditEntry, code: string | null): SsoAuditEvent {
  return Object.assign(new SsoAuditEvent(), {
    id: newId(),
    actor: columnText(entry.actor, 160),
    // What a caller says of a target need not be one.
    target: isUuid(entry.target) ? String(entry.target).toLowerCase() : null,
    action: entry.action,
    outcome: code === null ? 'success' : 'failure',
    code,
    app: columnText(entry.app, 128),
    remoteAddress: columnText(entry.remoteAddress, 45),
    userAgent: columnText(entry.userAgent, 255),
    correlationId: columnText(entry.correlationId, 128),
    at: new Date(),
  });
}
