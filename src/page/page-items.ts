/** A page above this one. */
export interface PageCrumb {
  label: string;
  path: string;
}

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
  /** Where a form ends it. */
  revoke: string;
}

/** An audit event on the pages `user` and `audit`. */
export interface PageEvent {
  at: PageInstant;
  /** What was done, in words. */
  action: string;
  /** The code of the refusal; `null` = it succeeded. */
  code: string | null;
  /** The refusal in words; `null` = it succeeded. */
  reason: string | null;
  /** Who did it, if not the user: a user name, `system:<name>`, or `null` for the user or a stranger. */
  actor: string | null;
  remoteAddress: string | null;
}

/** One choice of a `<select>`. */
export interface PageChoice {
  value: string;
  label: string;
  selected: boolean;
}

/** Where a list goes on. */
export interface Paging {
  page: number;
  /** How many there are. */
  pages: number;
  previous: string | null;
  next: string | null;
}

/** A point in time as pages show it. */
export function pageInstant(date: Date): PageInstant;
export function pageInstant(date: Date | null): PageInstant | null;
export function pageInstant(date: Date | null): PageInstant | null {
  if (date === null) return null;
  const iso = date.toISOString();
  return { iso, text: `${iso.slice(0, 16).replace('T', ' ')} UTC` };
}
