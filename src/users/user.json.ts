import type { SsoAuditEvent } from '../audit/sso-audit-event.entity.js';
import type { SsoSession } from '../session/sso-session.entity.js';
import type { SsoUserBase } from '../user/sso-user.entity.js';

/** What a user may know of the own account. */
export function userJson(user: SsoUserBase): object {
  return {
    user_id: user.id,
    username: user.username,
    email: user.email,
    display_name: user.displayName,
    is_super_user: user.isSuperUser,
  };
}

/** What a super-user may know of an account: everything but the hash. */
export function fullUserJson(user: SsoUserBase): object {
  return {
    ...userJson(user),
    first_name: user.firstName,
    last_name: user.lastName,
    is_active: user.isActive,
    is_locked: user.isLocked,
    locked_at: iso(user.lockedAt),
    locked_by: user.lockedBy,
    approval_status: user.approvalStatus,
    sign_up_status: user.signUpStatus,
    must_change: user.passwordMustChange,
    password_expires_at: iso(user.passwordExpiresAt),
    password_last_set: iso(user.passwordLastSet),
    last_login: iso(user.lastLogin),
    created_at: iso(user.createdAt),
    updated_at: iso(user.updatedAt),
  };
}

/** A session without its token. */
export function sessionJson(session: SsoSession): object {
  return {
    id: session.id,
    created_at: iso(session.createdAt),
    last_seen_at: iso(session.lastSeenAt),
    expires_at: iso(session.expiresAt),
    remote_address: session.remoteAddress,
    user_agent: session.userAgent,
  };
}

/** What was recorded, as a super-user sees it. */
export function auditJson(event: SsoAuditEvent): object {
  return {
    id: event.id,
    actor: event.actor,
    target: event.target,
    action: event.action,
    outcome: event.outcome,
    code: event.code,
    app: event.app,
    remote_address: event.remoteAddress,
    user_agent: event.userAgent,
    correlation_id: event.correlationId,
    at: iso(event.at),
  };
}

function iso(instant: Date | null): string | null {
  return instant?.toISOString() ?? null;
}
