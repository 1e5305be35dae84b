import type { Type } from '@nestjs/common';
import { UpdateUserInput } from '../../account/user.inputs.js';
import type { MessageKey, Texts } from '../../messages/message.js';
import type { FieldValues } from '../../page/page.definition.js';
import { fingerprintOf } from '../../page/shown-values.js';
import { fieldTexts } from '../../page/user-fields.js';
import { pageInstant } from '../../page/page-items.js';
import { isExpired } from '../../password/password-expiry.js';
import type { SsoUserBase } from '../../user/sso-user.entity.js';
import { withUserFields } from '../../user/user-input.js';
import type { PagePerson, PageUser } from './user-admin.view.js';

/** A user as the list shows it. */
export function userItem(user: SsoUserBase, texts: Texts, path: string): PageUser {
  return {
    id: user.id,
    username: user.username,
    email: user.email,
    displayName: user.displayName,
    states: statesOf(user).map((key) => texts.say(key)),
    lastLogin: pageInstant(user.lastLogin),
    path,
  };
}

/** A user as the user's own page shows it, without the hash. */
export function personItem(user: SsoUserBase, texts: Texts, path: string): PagePerson {
  return {
    ...userItem(user, texts, path),
    firstName: user.firstName,
    lastName: user.lastName,
    isSuperUser: user.isSuperUser,
    isActive: user.isActive,
    isLocked: user.isLocked,
    mustChange: user.passwordMustChange,
    approvalStatus: user.approvalStatus,
    signUpStatus: user.signUpStatus,
    lockedAt: pageInstant(user.lockedAt),
    passwordLastSet: pageInstant(user.passwordLastSet),
    passwordExpiresAt: pageInstant(user.passwordExpiresAt),
    createdAt: pageInstant(user.createdAt),
    updatedAt: pageInstant(user.updatedAt),
  };
}

/** What the form that edits a user holds at first. */
export function valuesOfUser(user: SsoUserBase): FieldValues {
  const values: FieldValues = {
    username: user.username,
    email: user.email ?? '',
    ...fieldTexts(user, 'super-user'),
    password_expires_at: utcMinutes(user.passwordExpiresAt),
    ...(user.passwordMustChange && { must_change: 'true' }),
    ...(user.emailVerifiedAt && { email_verified: 'true' }),
    ...(user.isActive && { is_active: 'true' }),
    ...(user.isSuperUser && { is_super_user: 'true' }),
  };
  // The page has no box for `email_verified`; it counts where a form of the host's sends it.
  const input = withUserFields(UpdateUserInput, user.constructor as Type<SsoUserBase>);
  return { ...values, shown: fingerprintOf(values, input) };
}

/** For an input `datetime-local`, which takes no zone; its label says that it is UTC. */
function utcMinutes(date: Date | null): string {
  return date === null ? '' : date.toISOString().slice(0, 16);
}

function statesOf(user: SsoUserBase): MessageKey[] {
  const states: [boolean, MessageKey][] = [
    [user.isSuperUser, 'state.super_user'],
    [user.isLocked, 'state.locked'],
    [!user.isActive, 'state.inactive'],
    [user.approvalStatus === 'before_decision', 'state.before_decision'],
    [user.approvalStatus === 'rejected', 'state.rejected'],
    [user.signUpStatus === 'before_confirmation', 'state.before_confirmation'],
    [isExpired(user.passwordExpiresAt, new Date()), 'state.password_expired'],
    [user.passwordMustChange, 'state.must_change'],
  ];
  return states.flatMap(([holds, key]) => (holds ? [key] : []));
}
