import type { AuditAction } from '../audit/sso-audit-event.entity.js';
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

/** Columns that super-users change of their own account as of any other: those that no right depends on. */
const OWN_COLUMNS: ReadonlySet<string> = new Set(['displayName', 'firstName', 'lastName']);

/** Whether super-users may do this to their own account. */
export function mayTargetSelf(action: AccountAction): boolean {
  return ON_OWN_ACCOUNT[action];
}

/** @throws CannotTargetSelfException where a super-user would change more of their own account than its names */
export function assertOwnColumns(changed: readonly string[]): void {
  if (changed.some((column) => !OWN_COLUMNS.has(column))) throw new CannotTargetSelfException();
}
