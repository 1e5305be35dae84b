import type { PageChoice, PageEvent } from '../../page/page-items.js';

/** Values of the search form on the page `audit`. */
export interface PageAuditSearch {
  user: string;
  remoteAddress: string;
  since: PageDay;
  until: PageDay;
  action: readonly PageChoice[];
  outcome: readonly PageChoice[];
  knownUser: readonly PageChoice[];
}

/** A field for a day, or for an instant if the URL of the page has one. */
export interface PageDay {
  value: string;
  /** Type of the `<input>`. */
  type: 'date' | 'text';
}

/** An audit event on the page `audit`. */
export interface PageAuditEvent extends PageEvent {
  /** The user whom it concerns; `null` if that is nobody known. */
  user: { name: string; path: string | null } | null;
  /** Whether it names no user at all, such as a login with an unknown name. */
  isUnknown: boolean;
}
