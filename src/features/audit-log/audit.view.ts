import type { PageChoice, PageEvent } from '../../page/page-items.js';

/** The search form of the page `audit`, as it was filled in. */
export interface PageAuditSearch {
  user: string;
  remoteAddress: string;
  since: PageDay;
  until: PageDay;
  action: readonly PageChoice[];
  outcome: readonly PageChoice[];
  knownUser: readonly PageChoice[];
}

/** A field for a day, or for an instant where the address of the page has one. */
export interface PageDay {
  value: string;
  /** Of the `<input>`. */
  type: 'date' | 'text';
}

/** An audit event on the page `audit`. */
export interface PageAuditEvent extends PageEvent {
  /** Whom it concerns; `null` = nobody known. */
  user: { name: string; path: string | null } | null;
  /** Whether it names nobody at all, such as a login with a name that nobody has. */
  isUnknown: boolean;
}
