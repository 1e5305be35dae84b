import type { Type } from '@nestjs/common';
import type { AuditAction } from '../audit/audit.actions.js';
import type { SsoUserBase } from '../user/sso-user.entity.js';
import { userFieldsOf } from '../user/user-fields.js';
import { CannotTargetSelfException } from './account.exceptions.js';

/** What super-users do to an account by its id. */
export type AccountAction =
  | 'user.read'
  | 'password.change'
  | Extract<
      AuditAction,
      | 'password.reset'
      | 'user.update'
      | 'user.lock'
      | 'user.unlock'
      | 'user.approve'
      | 'user.reject'
      | 'user.delete'
    >;

/**
 * Whether super-users may do it to their own account too. What they must not do to it takes another super-user, or the
 * old password.
 */
const ON_OWN_ACCOUNT: Readonly<Record<AccountAction, boolean>> = {
  'user.read': true,
  // Only what everybody may change of themselves; see `assertOwnColumns`.
  'user.update': true,
  'user.unlock': true,
  'user.approve': true,
  'password.change': false,
  'password.reset': false,
  'user.lock': false,
  'user.reject': false,
  'user.delete': false,
};

/** Whether super-users may do this to their own account. */
export function mayTargetSelf(action: AccountAction): boolean {
  return ON_OWN_ACCOUNT[action];
}

/**
 * Of their own account, super-users change what they fill in for any other: no right of this module depends on it.
 *
 * @throws CannotTargetSelfException where they would change more
 */
export function assertOwnColumns(changed: readonly string[], entity: Type<SsoUserBase>): void {
  const fields = new Set(userFieldsOf(entity).map(({ property }) => property));
  if (changed.some((column) => !fields.has(column))) throw new CannotTargetSelfException();
}
