import {
  AccountInactiveException,
  AccountLockedException,
  AccountNotApprovedException,
} from '../errors/auth.exceptions.js';

/** What an account that may sign in is like, as a condition on its row too. */
export const OPEN = {
  isLocked: false,
  isActive: true,
  signUpStatus: 'final',
  approvalStatus: 'approved',
} as const;

type State = keyof typeof OPEN;

/** What refuses an account that is not like that, in the order in which it is told. */
const REFUSALS = {
  isLocked: AccountLockedException,
  isActive: AccountInactiveException,
  signUpStatus: AccountInactiveException,
  approvalStatus: AccountNotApprovedException,
} as const satisfies Record<State, unknown>;

const STATES = Object.keys(REFUSALS) as State[];

/** Whether an account may sign in, and have live sessions. */
export function maySignIn(user: Readonly<Record<State, unknown>>): boolean {
  return STATES.every((state) => user[state] === OPEN[state]);
}

/**
 * Only for a person who has proved to be the user: a stranger must not learn the state of an account.
 *
 * @throws AccountLockedException, AccountInactiveException, AccountNotApprovedException
 */
export function assertMaySignIn(user: Readonly<Record<State, unknown>>): void {
  const closed = STATES.find((state) => user[state] !== OPEN[state]);
  if (closed) throw new REFUSALS[closed]();
}
