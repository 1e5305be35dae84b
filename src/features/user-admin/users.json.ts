import { FULL_USER, PAGING, SESSION } from '../../account/user.json.js';
import { COUNT, TEXT, listOf, named, objectOf } from '../../input/json-schema.js';

export const FOUND_USERS = named('SessionAuthUserPage', objectOf({ users: listOf(FULL_USER), ...PAGING }));

export const FOUND_SESSIONS = named(
  'SessionAuthSessionPage',
  objectOf({ sessions: listOf(SESSION), ...PAGING }),
);

export const PASSWORD_SET = objectOf({ message: TEXT, user: FULL_USER });

export const PASSWORD_GENERATED = objectOf({ message: TEXT, user: FULL_USER, password: TEXT });

export const SESSIONS_ENDED = objectOf({ revoked: COUNT });
