import type { SsoUserBase } from './sso-user.entity.js';

/** The orders of a list of users; `-` = the other way round. */
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

/** An order of a list of users. */
export type UserSort = (typeof USER_SORTS)[number];

/** What is compared, and in which direction. */
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

/** The column that an order goes by: names are compared without regard to their case. */
export function orderOf(sort: UserSort): UserOrder {
  const isReversed = sort.startsWith('-');
  const name = (isReversed ? sort.slice(1) : sort) as keyof typeof COLUMNS;
  return { column: COLUMNS[name], direction: isReversed ? 'DESC' : 'ASC' };
}
