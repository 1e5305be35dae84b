import { Injectable, type OnModuleInit } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { optionalPackage } from '../optional-package.js';
import type { AuditSink } from './audit.log.js';
import type { AuditAction, SsoAuditEvent } from './sso-audit-event.entity.js';

/** The name under which an audit event is emitted: `sso.login`, and `sso.login.failed` when it was refused. */
export type AuditEventName = `sso.${AuditAction}` | `sso.${AuditAction}.failed`;

type EventEmitterPackage = typeof import('@nestjs/event-emitter');

/** Emits audit events through `@nestjs/event-emitter`, where the host imports its module. */
@Injectable()
export class AuditEvents implements AuditSink, OnModuleInit {
  private emitter: { emit(name: AuditEventName, event: object): unknown } | null = null;

  constructor(private readonly modules: ModuleRef) {}

  onModuleInit(): void {
    const found = optionalPackage('@nestjs/event-emitter') as EventEmitterPackage | null;
    if (found === null) return;
    try {
      this.emitter = this.modules.get(found.EventEmitter2, { strict: false });
    } catch {
      // The package is installed, but no module of this application provides its emitter.
    }
  }

  record(event: Readonly<SsoAuditEvent>): void {
    // A listener for logins must not take a refused one for a login.
    this.emitter?.emit(
      event.outcome === 'success' ? `sso.${event.action}` : `sso.${event.action}.failed`,
      event,
    );
  }
}
