import type { SsoAuditEvent } from './sso-audit-event.entity.js';

/** Takes events elsewhere; called after the commit, and not waited for. One that fails is logged. */
export interface AuditSink {
  /** Takes one event, which is in the table already. */
  record(event: Readonly<SsoAuditEvent>): void | Promise<void>;
}
