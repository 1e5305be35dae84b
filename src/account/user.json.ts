import type { Type } from '@nestjs/common';
import type { SsoAuditEvent } from '../audit/sso-audit-event.entity.js';
import {
  COUNT,
  FLAG,
  INSTANT,
  type Json,
  type JsonType,
  listOf,
  named,
  oneOf,
  orNull,
  objectOf,
  TEXT,
  UUID,
} from '../input/json-schema.js';
import { methodsOf } from '../session/authenticated-session.js';
import type { SsoSession } from '../session/sso-session.entity.js';
import { APPROVAL_STATUSES, SIGN_UP_STATUSES, type SsoUserBase } from '../user/sso-user.entity.js';
import { fieldsFor, isName, type UserFieldAuthor } from '../user/user-fields.js';

const OWN = {
  user_id: UUID,
  username: TEXT,
  email: orNull(TEXT),
  display_name: orNull(TEXT),
  is_super_user: FLAG,
};

/** An object with the fields that the user entity has for somebody, in addition. */
const withFields = <T>(author: 'self' | 'super-user', { schema }: JsonType<T>): JsonType<T> => ({
  schema: { ...schema, userFields: author },
});

export const USER = named('SessionAuthUser', withFields('self', objectOf(OWN)));

/** What users may know of their own account. */
export function userJson(user: SsoUserBase): Json<typeof USER> {
  return {
    user_id: user.id,
    username: user.username,
    email: user.email,
    display_name: user.displayName,
    is_super_user: user.isSuperUser,
    ...fieldValuesOf(user, 'self'),
  };
}

/** What the host's fields hold, by their names in JSON. */
function fieldValuesOf(user: SsoUserBase, author: UserFieldAuthor): object {
  const fields = fieldsFor(user.constructor as Type<SsoUserBase>, author).filter((field) => !isName(field));
  return Object.fromEntries(fields.map(({ name, property }) => [name, Reflect.get(user, property) ?? null]));
}

const NAMES = { first_name: orNull(TEXT), last_name: orNull(TEXT) };

export const PROFILE = named(
  'SessionAuthProfile',
  withFields('self', objectOf({ ...OWN, email_verified_at: orNull(INSTANT), ...NAMES })),
);

/** What users see on their own profile. */
export function profileJson(user: SsoUserBase): Json<typeof PROFILE> {
  const { firstName, lastName, emailVerifiedAt } = user;
  return {
    ...userJson(user),
    email_verified_at: iso(emailVerifiedAt),
    first_name: firstName,
    last_name: lastName,
  };
}

const ALL = {
  ...OWN,
  email_verified_at: orNull(INSTANT),
  ...NAMES,
  is_active: FLAG,
  is_locked: FLAG,
  locked_at: orNull(INSTANT),
  locked_by: orNull(TEXT),
  approval_status: oneOf(APPROVAL_STATUSES),
  sign_up_status: oneOf(SIGN_UP_STATUSES),
  must_change: FLAG,
  password_expires_at: orNull(INSTANT),
  password_last_set: INSTANT,
  last_login: orNull(INSTANT),
  created_at: INSTANT,
  updated_at: INSTANT,
};

export const FULL_USER = named('SessionAuthFullUser', withFields('super-user', objectOf(ALL)));

/** {@link FULL_USER}, once with the password that was made for it. */
export const CREATED_USER = named(
  'SessionAuthCreatedUser',
  withFields('super-user', objectOf(ALL, { password: TEXT })),
);

/** What a super-user may know of an account: everything but the hash. */
export function fullUserJson(user: SsoUserBase): Json<typeof FULL_USER> {
  return {
    ...userJson(user),
    email_verified_at: iso(user.emailVerifiedAt),
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
    password_last_set: user.passwordLastSet.toISOString(),
    last_login: iso(user.lastLogin),
    created_at: user.createdAt.toISOString(),
    updated_at: user.updatedAt.toISOString(),
    ...fieldValuesOf(user, 'super-user'),
  };
}

/** What goes with one page of a list; `pages` is the number of the last. */
export const PAGING = { page: COUNT, page_size: COUNT, pages: COUNT, total: COUNT };

/** One page of a list, as the service finds it. */
export interface PartOfList {
  page: number;
  pageSize: number;
  total: number;
}

/** How many pages a list has: one at least. */
export function pagesOf({ pageSize, total }: PartOfList): number {
  return Math.max(1, Math.ceil(total / pageSize));
}

export function pagingJson(found: PartOfList): Record<keyof typeof PAGING, number> {
  const { page, pageSize, total } = found;
  return { page, page_size: pageSize, pages: pagesOf(found), total };
}

/** How a session came about. */
export const TRAITS = { authenticated_at: INSTANT, amr: listOf(TEXT), remembered: FLAG };

const SESSION_FIELDS = {
  id: UUID,
  created_at: INSTANT,
  last_seen_at: INSTANT,
  expires_at: INSTANT,
  ...TRAITS,
  remote_address: orNull(TEXT),
  user_agent: orNull(TEXT),
};

export const SESSION = named('SessionAuthSession', objectOf(SESSION_FIELDS));

/** {@link SESSION}, and whether it is the one that asks. */
export const OWN_SESSION = named('SessionAuthOwnSession', objectOf({ ...SESSION_FIELDS, current: FLAG }));

/** A session without its token. */
export function sessionJson(session: SsoSession): Json<typeof SESSION> {
  return {
    id: session.id,
    created_at: session.createdAt.toISOString(),
    last_seen_at: session.lastSeenAt.toISOString(),
    expires_at: session.expiresAt.toISOString(),
    authenticated_at: session.authenticatedAt.toISOString(),
    amr: methodsOf(session),
    remembered: session.remembered,
    remote_address: session.remoteAddress,
    user_agent: session.userAgent,
  };
}

export const AUDIT_EVENT = named(
  'SessionAuthAuditEvent',
  objectOf({
    id: UUID,
    actor: orNull(TEXT),
    target: orNull(TEXT),
    action: TEXT,
    outcome: oneOf(['success', 'failure']),
    code: orNull(TEXT),
    detail: orNull(TEXT),
    on_behalf: orNull(TEXT),
    app: orNull(TEXT),
    remote_address: orNull(TEXT),
    user_agent: orNull(TEXT),
    correlation_id: orNull(TEXT),
    at: INSTANT,
  }),
);

export const FOUND_EVENTS = named(
  'SessionAuthAuditPage',
  objectOf({ events: listOf(AUDIT_EVENT), ...PAGING }),
);

/** What was recorded, as a super-user sees it. */
export function auditJson(event: SsoAuditEvent): Json<typeof AUDIT_EVENT> {
  return {
    id: event.id,
    actor: event.actor,
    target: event.target,
    action: event.action,
    outcome: event.outcome,
    code: event.code,
    detail: event.detail,
    on_behalf: event.onBehalf,
    app: event.app,
    remote_address: event.remoteAddress,
    user_agent: event.userAgent,
    correlation_id: event.correlationId,
    at: event.at.toISOString(),
  };
}

function iso(instant: Date | null): string | null {
  return instant?.toISOString() ?? null;
}
