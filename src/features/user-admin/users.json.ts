import { FULL_USER, PAGING, SESSION } from '../../account/user.json.js';
import { COUNT, TEXT, listOf, named, record } from '../../input/json-schema.js';

export const FOUND_USERS = named('SessionAuthUserPage', record({ users: listOf(FULL_USER), ...PAGING }));

export const FOUND_SESSIONS = named(
  'SessionAuthSessionPage',
  record({ sessions: listOf(SESSION), ...PAGING }),
);

export const PASSWORD_SET = record({ message: TEXT, user: FULL_USER });

export const PASSWORD_GENERATED = record({ message: TEXT, user: FULL_USER, password: TEXT });

export const SESSIONS_ENDED = record({ revoked: COUNT });
