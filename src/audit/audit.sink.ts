import type { SsoAuditEvent } from './sso-audit-event.entity.js';

/**
 * Receives audit events, for instance to send them to another system. It is called after the commit and not awaited. If it
 * fails, the error is logged.
 */
export interface AuditSink {
  /** Receives one event, which is already in the table. */
  record(event: Readonly<SsoAuditEvent>): void | Promise<void>;
}
