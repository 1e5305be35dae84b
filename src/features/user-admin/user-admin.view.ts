import type { PageChoice, PageInstant } from '../../page/page-items.js';

/** A user in the list of the page `users`. */
export interface PageUser {
  id: string;
  username: string;
  email: string | null;
  displayName: string | null;
  /** What is special about the account, in words: locked, awaiting approval, … */
  states: readonly string[];
  lastLogin: PageInstant | null;
  /** The user's own page. */
  path: string;
}

/** The search form of the page `users`, as it was filled in. */
export interface PageSearch {
  q: string;
  /** The order, if not the one by name. */
  sort?: string | undefined;
  locked: readonly PageChoice[];
  active: readonly PageChoice[];
  superUser: readonly PageChoice[];
  approvalStatus: readonly PageChoice[];
}

/** The head of a column by which the page `users` can be sorted. */
interface PageSort {
  /** The list in the order of this column, or in the reverse where it is. */
  path: string;
  /** As in `aria-sort`; `undefined` = the list is in another order. */
  direction: 'ascending' | 'descending' | undefined;
}

/** The heads of the page `users`. */
export type PageSorting = Readonly<Record<'username' | 'email' | 'last_login', PageSort>>;

/** The user whom the pages `user`, `user-password` and `delete-user` are about. */
export interface PagePerson extends PageUser {
  /** Whether the reader looks at their own account, of which only the names can be changed; page `user` only. */
  isSelf?: boolean;
  firstName: string | null;
  lastName: string | null;
  isSuperUser: boolean;
  isActive: boolean;
  isLocked: boolean;
  mustChange: boolean;
  approvalStatus: string;
  signUpStatus: string;
  lockedAt: PageInstant | null;
  passwordLastSet: PageInstant;
  passwordExpiresAt: PageInstant | null;
  createdAt: PageInstant;
  updatedAt: PageInstant;
}

/** Where the forms and links of the page `user` lead; `null` = it makes no sense for this user now. */
export interface PageActions {
  lock: string | null;
  unlock: string | null;
  approve: string | null;
  reject: string | null;
  /** Ends all sessions. */
  revokeSessions: string | null;
  /** The page that sets a password. */
  password: string | null;
  /** The page that asks whether to delete. */
  delete: string | null;
}
