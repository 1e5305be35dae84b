import type { AuthException } from '../errors/auth.exception.js';
import {
  AccountInactiveException,
  AccountLockedException,
  AccountNotApprovedException,
} from './user.exceptions.js';

/** State of an account that may sign in; also a condition on its row. */
export const SIGN_IN_STATE = {
  isLocked: false,
  isActive: true,
  signUpStatus: 'final',
  approvalStatus: 'approved',
} as const;

type State = keyof typeof SIGN_IN_STATE;

/** Exceptions for an account that may not sign in, in the order in which they are checked. */
const REFUSALS = {
  isLocked: () => new AccountLockedException(),
  isActive: () => new AccountInactiveException(),
  signUpStatus: () => new AccountInactiveException(),
  approvalStatus: () => new AccountNotApprovedException(),
} as const satisfies Record<State, () => AuthException>;

const STATES = Object.keys(REFUSALS) as State[];

/** Whether an account may sign in and have live sessions. */
export function maySignIn(user: Readonly<Record<State, unknown>>): boolean {
  return STATES.every((state) => user[state] === SIGN_IN_STATE[state]);
}

/**
 * Checks that an account may sign in. Call it only for a person who has proved to be the user, because a stranger must not
 * learn the state of an account.
 *
 * @throws AccountLockedException, AccountInactiveException, AccountNotApprovedException
 */
export function assertMaySignIn(user: Readonly<Record<State, unknown>>): void {
  const closed = STATES.find((state) => user[state] !== SIGN_IN_STATE[state]);
  if (closed) throw REFUSALS[closed]();
}
