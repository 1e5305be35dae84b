import type { UserPage } from '../../account/sso-user.service.js';
import { SearchUsersInput } from '../../account/user.inputs.js';
import { ownQuery } from '../../http/input.decorator.js';
import type { Texts } from '../../messages/message.js';
import { choices } from '../../page/choices.js';
import type { PageContent } from '../../page/page.definition.js';
import { pagingOf, pathWith, rowsOf } from '../../page/paging.js';
import { APPROVAL_STATUSES, type SsoUserBase } from '../../user/sso-user.entity.js';
import type { UserSort } from '../../user/user-sort.js';
import type { PageChoice } from '../../page/page-items.js';
import type { PageSearch, PageSorting } from './user-admin.view.js';
import { userItem } from './user-items.js';

/** A list of users that was asked for. */
export interface AskedList {
  /** The path of the list. */
  own: string;
  /** The query as it came. */
  given: Record<string, unknown>;
  query: SearchUsersInput;
  found: UserPage<SsoUserBase>;
}

/** The orders that the heads of the columns lead to. */
const SORTED = ['username', 'email', 'last_login'] as const satisfies UserSort[];

/** What the page `users` shows of a list. */
export function listContent(
  { own, given, query, found }: AskedList,
  texts: Texts,
  pathOf: (user: SsoUserBase) => string,
): PageContent {
  const asked = ownQuery(SearchUsersInput, given);
  const { sort } = query;
  return {
    action: own,
    search: searchOf(query, texts),
    sorting: sortingOf(sort, (wanted) => pathWith(own, asked, { sort: wanted, page: undefined })),
    users: found.users.map((user) => userItem(user, texts, pathOf(user))),
    rows: rowsOf(found, found.users.length),
    total: found.total,
    paging: pagingOf(found, (page) => pathWith(own, asked, { page })),
  };
}

function searchOf(query: SearchUsersInput, texts: Texts): PageSearch {
  const { q = '', approvalStatus = '', locked, active, superUser, sort } = query;
  return {
    q,
    sort,
    locked: flag(locked, texts),
    active: flag(active, texts),
    superUser: flag(superUser, texts),
    approvalStatus: choices(approvalStatus, texts, [
      ['', 'users.any'],
      ...APPROVAL_STATUSES.map((status) => [status, `state.${status}`] as const),
    ]),
  };
}

/** Where each head leads: to the order by its column, and from there to the reverse. */
function sortingOf(sort: UserSort = 'username', pathTo: (sort: UserSort) => string): PageSorting {
  const heads = SORTED.map((name) => {
    const direction = sort === name ? 'ascending' : sort === `-${name}` ? 'descending' : undefined;
    return [name, { path: pathTo(direction === 'ascending' ? `-${name}` : name), direction }] as const;
  });
  return Object.fromEntries(heads) as PageSorting;
}

function flag(chosen: boolean | undefined, texts: Texts): PageChoice[] {
  return choices(String(chosen ?? ''), texts, [
    ['', 'users.any'],
    ['true', 'users.yes'],
    ['false', 'users.no'],
  ]);
}
