import { isExpired } from '../password/password-expiry.js';
import type { SsoUserBase } from '../user/sso-user.entity.js';
import type { SessionState } from './lookup-statement.js';
import type { SessionTransport } from './session.token.js';

/** How the person proved who they are when the session was opened (RFC 8176). */
export function methodsOf({ amr }: Pick<SessionState, 'amr'>): string[] {
  return amr.split(' ');
}

/** What a session is found by. */
export interface SessionKey {
  /** Of the token. */
  hash: string;
  transport: SessionTransport;
}

/** A session that was live when it was looked up, with its user. Only this module can make one. */
export class AuthenticatedSession<User extends SsoUserBase = SsoUserBase> {
  /** Public; not the token. */
  readonly id: string;
  readonly createdAt: Date;
  /** Exact to half of `session.expiry`. */
  readonly lastSeenAt: Date;
  /** When it ends unless it is used. */
  readonly expiresAt: Date;
  /** When it ends however much it is used. */
  readonly maxExpiresAt: Date;
  /** When the person last proved who they are. */
  readonly authenticatedAt: Date;
  /** How they did (RFC 8176): `['pwd']` = by a password. */
  readonly amr: readonly string[];
  /** The person asked to stay signed in. */
  readonly remembered: boolean;
  /** The person must choose a new password: flagged by a super-user, or the old one has expired. */
  readonly passwordChangeRequired: boolean;
  /** Whether its token is in a cookie, or is sent by a program in the header `Authorization`. */
  readonly transport: SessionTransport;
  readonly #tokenHash: string;

  /** @internal */
  constructor(
    row: SessionState,
    readonly user: User,
    { hash, transport }: SessionKey,
    now: Date,
  ) {
    this.id = row.id;
    this.createdAt = row.createdAt;
    this.lastSeenAt = row.lastSeenAt;
    this.expiresAt = row.expiresAt;
    this.maxExpiresAt = row.maxExpiresAt;
    this.authenticatedAt = row.authenticatedAt;
    this.amr = methodsOf(row);
    this.remembered = row.remembered;
    this.passwordChangeRequired = user.passwordMustChange || isExpired(user.passwordExpiresAt, now);
    this.transport = transport;
    this.#tokenHash = hash;
  }

  /** Whether more than one method proved who the person is. */
  get hasSecondFactor(): boolean {
    return this.amr.length > 1;
  }

  /** @internal What the session is found by, or `null` for an object that merely looks like a session. */
  static keyOf(session: object): SessionKey | null {
    return #tokenHash in session ? { hash: session.#tokenHash, transport: session.transport } : null;
  }
}
