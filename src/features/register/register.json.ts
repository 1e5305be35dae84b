import { TEXT, UUID, named, orNull, record } from '../../input/json-schema.js';

export const REGISTERED = named(
  'SessionAuthRegistration',
  record({
    message: TEXT,
    redirect_to: TEXT,
    user: named('SessionAuthNewUser', record({ user_id: UUID, username: TEXT, email: orNull(TEXT) })),
  }),
);
