import { Injectable, Logger } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { v7 as newId, validate as isUuid } from 'uuid';
import { OutcomeUnknownException } from '../database/database.exceptions.js';
import type { AuthException } from '../errors/auth.exception.js';
import { ServiceUnavailableException } from '../errors/service-unavailable.exception.js';
import { addressText, columnText } from '../database/column-text.js';
import { Database } from '../database/database.js';
import { isServerResponse } from '../database/driver-error.js';
import { sweep } from '../database/sweep.js';
import { isError } from '../errors/is-error.js';
import { AuditEvents } from './audit.events.js';
import { AuditSettings } from './audit.options.js';
import { auditConditions, type AuditSearch } from './audit.search.js';
import type { AuditSink } from './audit.sink.js';
import { SsoAuditEvent } from './sso-audit-event.entity.js';

/** The facts of an action that are recorded. */
export type AuditEntry = Pick<SsoAuditEvent, 'actor' | 'target' | 'action'> & {
  detail?: string | undefined;
  onBehalf?: string | undefined;
  app?: string | undefined;
  remoteAddress?: string | undefined;
  userAgent?: string | undefined;
  correlationId?: string | undefined;
};

/** Writes the audit log: a row in the same transaction as the action, then a log line, the host's sinks and its event emitter. */
@Injectable()
export class AuditLog {
  private readonly logger = new Logger('AuthAudit');

  constructor(
    private readonly database: Database,
    private readonly settings: AuditSettings,
    private readonly events: AuditEvents,
  ) {}

  /** Records successful actions, if the transaction of `manager` is committed. */
  async success(manager: EntityManager, ...entries: AuditEntry[]): Promise<void> {
    const events = entries.map((entry) => eventOf(entry, null));
    await manager.insert(SsoAuditEvent, events);
    this.database.afterCommit(manager, () => events.forEach((event) => this.publish(event)));
  }

  /**
   * Records a refused action. The row stays even if the transaction is rolled back. Nothing is recorded if the outcome of a
   * commit is unknown, because the table may already contain a row that says it succeeded.
   */
  async failure(entry: AuditEntry, refusal: AuthException): Promise<void> {
    if (refusal instanceof OutcomeUnknownException) return;
    const event = eventOf(entry, refusal.code);
    await this.database.afterTransaction(async () => {
      // A database that has just failed to answer is not used again.
      if (!isUnanswered(refusal)) await this.insert(event);
      this.publish(event);
    });
  }

  private async insert(event: SsoAuditEvent): Promise<void> {
    try {
      await this.database.transaction((manager) => manager.insert(SsoAuditEvent, event));
    } catch {
      // The action is refused anyway, and the failure of the database has been logged.
    }
  }

  /** Returns a page of events, the latest first, and the total number. */
  async search(search: AuditSearch): Promise<[SsoAuditEvent[], number]> {
    const where = auditConditions(search);
    if (where.length === 0) return [[], 0];
    const { page, pageSize } = search;
    return this.database.run((manager) =>
      manager.findAndCount(SsoAuditEvent, {
        where,
        order: { at: 'DESC', id: 'DESC' },
        skip: (page - 1) * pageSize,
        take: pageSize,
      }),
    );
  }

  /** Returns a page of the events about a user, the latest first, and the total number. */
  async list(userId: string, page: number, pageSize: number): Promise<[SsoAuditEvent[], number]> {
    if (!isUuid(userId)) return [[], 0];
    return this.search({ target: userId.toLowerCase(), page, pageSize });
  }

  /** Deletes events older than `audit.retention`, and returns how many were deleted. */
  async sweep(signal?: AbortSignal): Promise<number> {
    const { retention } = this.settings;
    if (retention === null) return 0;
    const until = (): Date => new Date(Date.now() - retention);
    return sweep(this.database, { entity: SsoAuditEvent, instant: 'at', until }, signal);
  }

  private publish(event: SsoAuditEvent): void {
    const line = JSON.stringify(event);
    if (event.outcome === 'success') this.logger.log(line);
    else this.logger.warn(line);
    for (const sink of [...this.settings.sinks, this.events]) void this.pass(event, sink);
  }

  /** Passes an event to a sink. An error is only logged, because the action has already happened. */
  private async pass(event: SsoAuditEvent, sink: AuditSink): Promise<void> {
    try {
      await sink.record(event);
    } catch (error) {
      this.logger.error(`An audit sink failed: ${isError(error) ? error.name : typeof error}`);
    }
  }
}

/** Whether an action was refused because the database did not answer. */
function isUnanswered(refusal: AuthException): boolean {
  return (
    refusal instanceof ServiceUnavailableException &&
    refusal.what === 'database' &&
    !isServerResponse(refusal.cause)
  );
}

function eventOf(entry: AuditEntry, code: SsoAuditEvent['code']): SsoAuditEvent {
  return Object.assign(new SsoAuditEvent(), {
    id: newId(),
    actor: columnText(entry.actor, 160),
    // A caller may pass any text as a target.
    target: isUuid(entry.target) ? String(entry.target).toLowerCase() : null,
    action: entry.action,
    outcome: code === null ? 'success' : 'failure',
    code,
    detail: columnText(entry.detail, 255),
    onBehalf: columnText(entry.onBehalf, 160),
    app: columnText(entry.app, 128),
    remoteAddress: addressText(entry.remoteAddress),
    userAgent: columnText(entry.userAgent, 255),
    correlationId: columnText(entry.correlationId, 128),
    at: new Date(),
  });
}
