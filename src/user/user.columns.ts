import type { Type } from '@nestjs/common';
import { v7 as newId } from 'uuid';
import { nearest } from '../messages/nearest.js';
import type { SsoUserBase } from './sso-user.entity.js';
import { isName, userFieldsOf } from './user-fields.js';
import { canonicalKey } from './username.js';
import type { UserValues } from './user.store.js';

/** Names of a user as they were given. */
export interface Names {
  username?: string | undefined;
  email?: string | null | undefined;
  displayName?: string | null | undefined;
  firstName?: string | null | undefined;
  lastName?: string | null | undefined;
}

/** Returns the columns for the names that were given; the others stay as they are. */
export function nameColumns({ username, email, displayName, firstName, lastName }: Names): UserValues {
  return {
    ...(username !== undefined && { username, usernameKey: canonicalKey(username) }),
    ...(email !== undefined && { email, emailKey: email === null ? null : canonicalKey(email) }),
    ...(displayName !== undefined && { displayName }),
    ...(firstName !== undefined && { firstName }),
    ...(lastName !== undefined && { lastName }),
  };
}

/** The columns of the host's fields that are given. */
export function fieldColumns(entity: Type<SsoUserBase>, given: object): UserValues {
  const fields = userFieldsOf(entity).filter((field) => !isName(field));
  const values = fields.map(({ property }): [string, unknown] => [property, Reflect.get(given, property)]);
  return Object.fromEntries(values.filter(([, value]) => value !== undefined));
}

/**
 * Returns the column for the time at which a user's address was verified; empty if the column stays as it is.
 *
 * @param email new address; `undefined` if the user keeps the address
 * @param isVerified whether the address is verified; if `undefined`, a new address is not verified
 */
export function verificationColumn(
  user: Pick<SsoUserBase, 'email' | 'emailVerifiedAt'>,
  email: string | null | undefined,
  isVerified: boolean | undefined,
  now: Date,
): UserValues {
  const isSame = email === undefined || email === user.email;
  if (isVerified === undefined && isSame) return {};
  const isThere = (email === undefined ? user.email : email) !== null;
  const earlier = isSame ? user.emailVerifiedAt : null;
  return { emailVerifiedAt: isVerified && isThere ? (earlier ?? now) : null };
}

/** Returns the names of the `values` that differ from those of the user. */
export function changedColumns(user: UserValues, values: UserValues): string[] {
  const before = new Map<string, unknown>(Object.entries(user));
  return Object.entries(values).flatMap(([name, value]) =>
    comparable(before.get(name)) === comparable(value) ? [] : [name],
  );
}

function comparable(value: unknown): unknown {
  return value instanceof Date ? value.getTime() : value;
}

/** Returns what is wrong with the first of the `values` that is not in `columns`, as sentences; `null` if all are. */
export function refusedColumn(values: object, columns: readonly string[]): string | null {
  const wrong = Object.keys(values).find((name) => !columns.includes(name));
  if (wrong === undefined) return null;
  const meant = nearest(wrong, columns);
  const advice = meant === undefined ? `Those are: ${columns.join(', ')}.` : `Did you mean ${meant}?`;
  return `${wrong} is no column that it may set. ${advice}`;
}

/** Returns the columns of a new user: `values`, and the initial values for the others. */
export function newUser(values: UserValues, now: Date): UserValues & { id: string } {
  return {
    id: newId(),
    email: null,
    emailKey: null,
    emailVerifiedAt: null,
    displayName: null,
    firstName: null,
    lastName: null,
    passwordVersion: 1,
    isActive: true,
    isSuperUser: false,
    isLocked: false,
    lockedAt: null,
    lockedBy: null,
    approvalStatus: 'before_decision',
    signUpStatus: 'final',
    lastLogin: null,
    language: null,
    createdAt: now,
    updatedAt: now,
    ...values,
  };
}
