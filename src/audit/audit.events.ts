import { Injectable } from '@nestjs/common';
import { HostEvents } from '../host/host-events.js';
import type { AuditSink } from './audit.sink.js';
import type { AuditAction } from './audit.actions.js';
import type { SsoAuditEvent } from './sso-audit-event.entity.js';

/** Name of the event that is emitted for an audit event: `sso.login`, or `sso.login.failed` if the login was refused. */
export type AuditEventName = `sso.${AuditAction}` | `sso.${AuditAction}.failed`;

/** Emits audit events through `@nestjs/event-emitter`, if the host imports its module. */
@Injectable()
export class AuditEvents implements AuditSink {
  constructor(private readonly host: HostEvents) {}

  record(event: Readonly<SsoAuditEvent>): void {
    // A different name, so that a listener for logins does not take a refused one for a login.
    const name: AuditEventName =
      event.outcome === 'success' ? `sso.${event.action}` : `sso.${event.action}.failed`;
    this.host.emit(name, event);
  }
}
