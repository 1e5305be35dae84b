import type { Duration } from '../input/duration.js';

/** Options of the sessions and their cookie. */
export class SessionOptions {
  /**
   * How long an unused session lasts.
   * @default '1h'
   */
  expiry: Duration = '1h';

  /**
   * How long a session lasts at most; also the Max-Age of the cookie.
   * @default '7d'
   */
  maxExpiry: Duration = '7d';

  /**
   * Whether use extends a session: when less than half of `expiry` is left, it gets the full `expiry` again, up
   * to `maxExpiry`.
   * @default true
   */
  sliding = true;

  /**
   * Name of the cookie; in production it is prefixed with `__Host-`.
   * @default 'id'
   */
  cookieName = 'id';

  /**
   * `'none'` lets browsers send the cookie with requests from pages of other sites, where they do not block it. It needs
   * `production`. Unsafe requests without `Origin` are then refused.
   * @default 'lax'
   */
  sameSite: 'lax' | 'none' = 'lax';

  /**
   * Whether programs that keep no cookies, such as mobile apps, can log in with the header `X-Session-Transport: bearer`, and send
   * the token in `Authorization: Bearer` (RFC 6750).
   * @default false
   */
  bearer = false;

  /**
   * How many sessions a user may have; one more login ends the oldest session; `null` = any number.
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
  abstract readonly sameSite: 'lax' | 'none';
  /** Whether tokens in the header `Authorization` are accepted. */
  abstract readonly bearer: boolean;
  /** `null` = any number. */
  abstract readonly maxPerUser: number | null;
  abstract readonly sweepInterval: number | false;
}
