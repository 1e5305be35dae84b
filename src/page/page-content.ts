import type { TypedValues } from './typed-values.js';

/** A point in time, for `<time datetime="{{iso}}">{{text}}</time>`. */
export interface PageInstant {
  /** ISO 8601, in UTC. */
  iso: string;
  /** The same for readers of every language: `2030-01-31 12:00 UTC`. */
  text: string;
}

/** A session on the pages `sessions` and `user`. */
export interface PageSession {
  /** Public; not the token. */
  id: string;
  /** Whether it is the one that asks. */
  current: boolean;
  /** Browser and system in a few words, from the user agent. */
  device: string;
  userAgent: string | null;
  remoteAddress: string | null;
  createdAt: PageInstant;
  lastSeenAt: PageInstant;
  expiresAt: PageInstant;
  /** Where a form ends it; `null` where only all can be ended at once. */
  revoke: string | null;
}

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

/** One choice of a `<select>`. */
export interface PageChoice {
  value: string;
  label: string;
  selected: boolean;
}

/** The search form of the page `users`, as it was filled in. */
export interface PageSearch {
  q: string;
  locked: readonly PageChoice[];
  approvalStatus: readonly PageChoice[];
}

/** Where a list goes on. */
export interface Paging {
  page: number;
  /** How many there are. */
  pages: number;
  previous: string | null;
  next: string | null;
}

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

/** An audit event on the page `user`. */
export interface PageEvent {
  at: PageInstant;
  /** What was done, in words. */
  action: string;
  /** The code of the refusal; `null` = it succeeded. */
  code: string | null;
  /** Who did it, if not the user: a user name, `system:<name>`, or `null` for the user or a stranger. */
  actor: string | null;
  remoteAddress: string | null;
}

/** What the pages of sessions and of users show; each holds only its own. */
export interface PageContent {
  /** Where the form posts to, if not to the page itself. */
  action?: string;
  /** What the fields hold before anything is typed. */
  values?: TypedValues;
  sessions?: readonly PageSession[];
  /** Where the sessions go on, on the page `user`. */
  sessionsPaging?: Paging;
  /** Where a form ends all sessions but the current one; `null` = there are no others. */
  revokeOthers?: string | null;
  search?: PageSearch;
  users?: readonly PageUser[];
  /** How many users there are on all pages. */
  total?: number;
  paging?: Paging;
  person?: PagePerson;
  actions?: PageActions;
  events?: readonly PageEvent[];
  /** Where a form has a random password made. */
  generate?: string;
  /** A password that was made up, shown this once. */
  generated?: string;
  /** Where to go from the page `refused`, and what that is called. */
  onward?: { path: string; label: string };
}

/** The same, copied by name, so that nothing else can come along. */
export function contentOf(given: PageContent): Omit<PageContent, 'action' | 'values'> {
  return {
    sessions: given.sessions,
    sessionsPaging: given.sessionsPaging,
    revokeOthers: given.revokeOthers,
    search: given.search,
    users: given.users,
    total: given.total,
    paging: given.paging,
    person: given.person,
    actions: given.actions,
    events: given.events,
    generate: given.generate,
    generated: given.generated,
    onward: given.onward,
  };
}

/** A point in time as pages show it. */
export function pageInstant(date: Date): PageInstant;
export function pageInstant(date: Date | null): PageInstant | null;
export function pageInstant(date: Date | null): PageInstant | null {
  if (date === null) return null;
  const iso = date.toISOString();
  return { iso, text: `${iso.slice(0, 16).replace('T', ' ')} UTC` };
}
