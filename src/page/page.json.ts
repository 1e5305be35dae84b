import { named, orNull, record, TEXT } from '../input/json-schema.js';

/** What a page holds, for clients that prefer JSON. */
export const PAGE = named('SessionAuthPage', record({ csrf_token: TEXT }, { username: TEXT }));

/** What every success of a page says. */
export const DONE = named('SessionAuthDone', record({ message: TEXT, redirect_to: orNull(TEXT) }));
