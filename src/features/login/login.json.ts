import { USER } from '../../account/user.json.js';
import { FLAG, INSTANT, TEXT, named, orNull, objectOf } from '../../input/json-schema.js';

export const LOGGED_IN = named(
  'SessionAuthLogin',
  objectOf(
    {
      message: TEXT,
      redirect_to: orNull(TEXT),
      user: USER,
      password_change_required: FLAG,
      password_expires_at: orNull(INSTANT),
      password_about_to_expire: FLAG,
    },
    // Of a program.
    { token: TEXT },
  ),
);
