import type { SsoUserBase } from './sso-user.entity.js';

/** Sort orders for a list of users; a leading `-` reverses the order. */
export const USER_SORTS = [
  'username',
  '-username',
  'email',
  '-email',
  'created_at',
  '-created_at',
  'last_login',
  '-last_login',
] as const;

/** Sort order for a list of users. */
export type UserSort = (typeof USER_SORTS)[number];

/** Column and direction of a sort order. */
export interface UserOrder {
  column: keyof SsoUserBase & string;
  direction: 'ASC' | 'DESC';
}

const COLUMNS = {
  username: 'usernameKey',
  email: 'emailKey',
  created_at: 'createdAt',
  last_login: 'lastLogin',
} as const;

/** Returns the column and direction of a sort order. Names are sorted by their keys, which ignore case. */
export function orderOf(sort: UserSort): UserOrder {
  const isReversed = sort.startsWith('-');
  const name = (isReversed ? sort.slice(1) : sort) as keyof typeof COLUMNS;
  return { column: COLUMNS[name], direction: isReversed ? 'DESC' : 'ASC' };
}
