import type { AuditEntry } from '../audit/audit.log.js';
import type { AuditAction } from '../audit/audit.actions.js';
import type { HashOrigin } from '../password/hash-queue.js';
import type { AuthenticatedSession } from '../session/authenticated-session.js';
import type { SsoUserBase } from '../user/sso-user.entity.js';
import { hashOriginOf, type SsoCaller } from './caller.js';

/** A caller who was recognised: a signed-in person, or the system. */
export class Actor<User extends SsoUserBase = SsoUserBase> {
  constructor(
    /** Id of the user, `system:<name>`, or `null` for a stranger. */
    readonly name: string | null,
    /** The person's session; `null` = nobody is signed in. */
    readonly session: AuthenticatedSession<User> | null,
    readonly caller: SsoCaller,
  ) {}

  /** Somebody who is not signed in. */
  static stranger(caller: SsoCaller): Actor<never> {
    return new Actor<never>(null, null, caller);
  }

  get isSuperUser(): boolean {
    return this.session?.user.isSuperUser ?? this.name !== null;
  }

  /** For whom this actor has something hashed. */
  get hashOrigin(): HashOrigin {
    return hashOriginOf(this.caller, this.name);
  }

  is(userId: string): boolean {
    // PostgreSQL takes an identifier in any case. Code without types may give something else.
    return this.session?.user.id === String(userId).toLowerCase();
  }

  /** The audit entry of something this actor does. */
  auditEntry(action: AuditAction, target: string | null): AuditEntry {
    const { currentApp: app, remoteAddress, userAgent, correlationId } = this.caller;
    return { actor: this.name, target, action, app, remoteAddress, userAgent, correlationId };
  }
}
