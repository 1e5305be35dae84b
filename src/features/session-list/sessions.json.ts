import { OWN_SESSION, PAGING, TRAITS, USER } from '../../account/user.json.js';
import { COUNT, FLAG, INSTANT, TEXT, listOf, named, record } from '../../input/json-schema.js';

export const CURRENT = named(
  'SessionAuthCurrentSession',
  record({
    user: USER,
    expires_at: INSTANT,
    max_expires_at: INSTANT,
    ...TRAITS,
    password_change_required: FLAG,
  }),
);

export const OWN_SESSIONS = named(
  'SessionAuthOwnSessionPage',
  record({ sessions: listOf(OWN_SESSION), ...PAGING }),
);

export const ENDED = record({ message: TEXT, redirect_to: TEXT });

export const OTHERS_ENDED = record({ message: TEXT, redirect_to: TEXT, revoked: COUNT });
