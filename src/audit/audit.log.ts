import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { v7 as newId } from 'uuid';
import { SsoAuditEvent } from './sso-audit-event.entity.js';

/** What is recorded of an action. */
export type AuditEntry = Pick<SsoAuditEvent, 'actor' | 'target' | 'action'> & {
  app?: string | undefined;
  remoteAddress?: string | undefined;
  userAgent?: string | undefined;
  correlationId?: string | undefined;
};

/** Writes audit rows in the transaction of what they record. */
@Injectable()
export class AuditLog {
  async success(manager: EntityManager, entry: AuditEntry): Promise<void> {
    await manager.insert(SsoAuditEvent, {
      id: newId(),
      actor: entry.actor,
      target: entry.target,
      action: entry.action,
      outcome: 'success',
      code: null,
      app: entry.app?.slice(0, 128) ?? null,
      remoteAddress: entry.remoteAddress?.slice(0, 45) ?? null,
      userAgent: entry.userAgent?.slice(0, 255) ?? null,
      correlationId: entry.correlationId?.slice(0, 128) ?? null,
      at: new Date(),
    });
  }
}
