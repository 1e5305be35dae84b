import { named, orNull, objectOf, TEXT } from '../input/json-schema.js';

/** What a page holds, for clients that prefer JSON. */
export const PAGE = named('SessionAuthPage', objectOf({ csrf_token: TEXT }, { username: TEXT }));

/** What every success of a page says. */
export const DONE = named('SessionAuthDone', objectOf({ message: TEXT, redirect_to: orNull(TEXT) }));
