import type { INestApplicationContext, Type } from '@nestjs/common';
import { v7 as newId } from 'uuid';
import { AuthException } from '../errors/auth.exception.js';
import { UsernameTakenException } from '../user/user.exceptions.js';
import { Database } from '../database/database.js';
import { SessionCookie } from '../http/session.cookie.js';
import { AccountPasswords } from '../account/account.passwords.js';
import { Actor } from '../account/actor.js';
import { NewAccounts } from '../account/new-accounts.js';
import { assertPasswordInTime } from '../account/password-login.js';
import { SessionOpener } from '../account/session.opener.js';
import { assertMaySignIn } from '../user/account-state.js';
import type { SsoUser, SsoUserBase } from '../user/sso-user.entity.js';
import { changedColumns, refusedColumn } from '../user/user.columns.js';
import { UserStore, type UserValues } from '../user/user.store.js';
import { USER_ENTITY } from '../user/user.tokens.js';
import { isUsername } from '../user/username.js';
import { ANYWHERE, provided } from './provided.js';
import { givenColumns, type TestUser } from './test-user.js';

/**
 * Signs somebody in to an application under test, as a login does at its end: a session and an audit row in the database. No
 * password is hashed, and neither throttle, captcha nor hooks are asked.
 *
 * @param app an application with `AuthModule.forRoot()`; it need not listen
 * @param user who. With an `id` it is the user who has it. With a `username` it is the user of that name, who has to be as the
 * other columns say, or else a new one. Without either it is a new user, with a name of its own. New users are approved,
 * and have no password.
 * @returns the value of the header `Cookie`, for instance `id=…`
 * @throws Error where there is no such user, the user is not as the columns say, or may not sign in (locked, for instance)
 */
export async function signIn<User extends SsoUserBase = SsoUser>(
  app: INestApplicationContext,
  user: TestUser<User> = {},
): Promise<string> {
  const opener = provided(app, SessionOpener);
  const found = await personIn(app, givenColumns(user));
  try {
    assertMaySignIn(found);
    assertPasswordInTime(found);
    const { token } = await opener.open(found, ['pwd'], {});
    return `${provided(app, SessionCookie).name}=${token}`;
  } catch (cause) {
    if (!(cause instanceof AuthException)) throw cause;
    throw new Error(`signIn(): "${found.username}" cannot log in. ${cause.message}`, { cause });
  }
}

/** The user whom a test means, made if need be. */
async function personIn(app: INestApplicationContext, wanted: UserValues): Promise<SsoUserBase> {
  const { id, username, usernameKey: _, emailKey: __, ...others } = wanted;
  const users = provided(app, UserStore);
  if (id !== undefined) {
    const found = await users.findById(id);
    if (!found) throw new Error(`signIn(): there is no user with the id ${id}.`);
    return found;
  }
  const found = username === undefined ? null : await users.findByUsername(username);
  if (!found) return newPerson(app, { username: `test-${newId()}`, ...wanted });
  const different = changedColumns(found, others);
  if (different.length === 0) return found;
  throw new Error(
    `signIn(): "${found.username}" already exists, with a different ${different.join(', ')}. Leave that out, or change the user first.`,
  );
}

async function newPerson(app: INestApplicationContext, wanted: UserValues): Promise<SsoUserBase> {
  const { username = '' } = wanted;
  if (!isUsername(username)) throw new Error(`signIn(): ${JSON.stringify(username)} is not a user name.`);
  const { propertiesMap } = provided(app, Database).dataSource.getMetadata(
    app.get<Type>(USER_ENTITY, ANYWHERE),
  );
  const wrong = refusedColumn(wanted, Object.keys(propertiesMap));
  if (wrong !== null) throw new Error(`signIn(): ${wrong}`);
  const values: UserValues = {
    approvalStatus: 'approved',
    // Whoever is signed in this way has no use for a password, and a hash takes its time.
    ...provided(app, AccountPasswords).columns(null, { mustChange: false }, new Date()),
    ...givenColumns(wanted),
  };
  try {
    return await provided(app, NewAccounts).insert(new Actor('system:testing', null, {}), values);
  } catch (error) {
    // A test beside this one was faster.
    if (error instanceof UsernameTakenException) return personIn(app, wanted);
    throw error;
  }
}
