import { OWN_SESSION, PAGING, TRAITS, USER } from '../../account/user.json.js';
import { COUNT, FLAG, INSTANT, TEXT, listOf, named, objectOf } from '../../input/json-schema.js';

export const CURRENT = named(
  'SessionAuthCurrentSession',
  objectOf({
    user: USER,
    expires_at: INSTANT,
    max_expires_at: INSTANT,
    ...TRAITS,
    password_change_required: FLAG,
  }),
);

export const OWN_SESSIONS = named(
  'SessionAuthOwnSessionPage',
  objectOf({ sessions: listOf(OWN_SESSION), ...PAGING }),
);

export const ENDED = objectOf({ message: TEXT, redirect_to: TEXT });

export const OTHERS_ENDED = objectOf({ message: TEXT, redirect_to: TEXT, revoked: COUNT });
