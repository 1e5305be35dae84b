import type { Duration } from '../input/duration.js';

/** Options of the sessions and their cookie. */
export class SessionOptions {
  /**
   * How long a session lasts unused.
   * @default '1h'
   */
  expiry: Duration = '1h';

  /**
   * How long a session lasts at the most; also the cookie's Max-Age.
   * @default '7d'
   */
  maxExpiry: Duration = '7d';

  /**
   * Whether use keeps a session alive: with under half of `expiry` left it is given `expiry` anew, up to `maxExpiry`.
   * @default true
   */
  sliding = true;

  /**
   * Name of the cookie; in production it is prefixed with `__Host-`.
   * @default 'id'
   */
  cookieName = 'id';

  /**
   * The sessions that a user may have at once: a login beyond that ends the oldest; `null` = any number.
   * @default null
   */
  maxPerUser: number | null = null;

  /**
   * How often expired sessions are deleted; `false` = never.
   * @default '5m'
   */
  sweepInterval: Duration | false = '5m';
}

/** {@link SessionOptions} as the code uses them; durations in milliseconds. */
export abstract class SessionSettings {
  abstract readonly expiry: number;
  abstract readonly maxExpiry: number;
  abstract readonly sliding: boolean;
  /** With its prefix. */
  abstract readonly cookieName: string;
  abstract readonly secure: boolean;
  /** `null` = any number. */
  abstract readonly maxPerUser: number | null;
  abstract readonly sweepInterval: number | false;
}
