import { TEXT, UUID, named, orNull, objectOf } from '../../input/json-schema.js';

export const REGISTERED = named(
  'SessionAuthRegistration',
  objectOf({
    message: TEXT,
    redirect_to: TEXT,
    user: named('SessionAuthNewUser', objectOf({ user_id: UUID, username: TEXT, email: orNull(TEXT) })),
  }),
);
