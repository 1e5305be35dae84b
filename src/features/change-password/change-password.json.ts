import { named, orNull, objectOf, TEXT } from '../../input/json-schema.js';

/** What a change says, with the new token of a program whose session goes on. */
export const PASSWORD_CHANGED = named(
  'SessionAuthPasswordChanged',
  objectOf({ message: TEXT, redirect_to: orNull(TEXT) }, { token: TEXT }),
);
