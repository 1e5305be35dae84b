import { isObject } from '../input/option-check.js';
import type { SsoUser, SsoUserBase } from '../user/sso-user.entity.js';
import { nameColumns } from '../user/user.columns.js';
import type { UserValues } from '../user/user.store.js';

/** A user of a test: the user name, or columns of the entity, your own too. What is absent is as it is of anybody. */
export type TestUser<User extends SsoUserBase = SsoUser> = string | Partial<Omit<User, 'isOpen'>>;

/** The columns that a test has given, with the keys that go with the names. */
export function givenColumns<User extends SsoUserBase>(user: TestUser<User>): UserValues {
  const given: unknown = typeof user === 'string' ? { username: user } : user;
  if (!isObject(given)) throw new Error('A test user must be a user name or an object of columns.');
  const values: UserValues = Object.fromEntries(
    Object.entries(given).filter(([, value]) => value !== undefined),
  );
  return { ...values, ...nameColumns(values) };
}
