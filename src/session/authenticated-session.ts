import { isExpired } from '../password/password-expiry.js';
import type { SsoUserBase } from '../user/sso-user.entity.js';
import type { SessionState } from './lookup-statement.js';
import type { SessionTransport } from './session.token.js';

/** Returns the methods by which the person signed in to this session (RFC 8176). */
export function methodsOf({ amr }: Pick<SessionState, 'amr'>): string[] {
  return amr.split(' ');
}

/** The key by which a session is looked up. */
export interface SessionKey {
  /** SHA-256 of the token, in hexadecimal. */
  hash: string;
  transport: SessionTransport;
}

/** A session that was live when it was looked up, with its user. Only this module can create one. */
export class AuthenticatedSession<User extends SsoUserBase = SsoUserBase> {
  /** Public id of the session; it is not the token. */
  readonly id: string;
  readonly createdAt: Date;
  /** Time of the last request, exact to half of `session.expiry`. */
  readonly lastSeenAt: Date;
  /** Time at which the session ends if it is not used before. */
  readonly expiresAt: Date;
  /** Time at which the session ends even if it is used. */
  readonly maxExpiresAt: Date;
  /** Time at which the person last proved who they are. */
  readonly authenticatedAt: Date;
  /** Methods that proved it (RFC 8176); `['pwd']` is a password. */
  readonly amr: readonly string[];
  /** Whether the person asked to stay signed in. */
  readonly remembered: boolean;
  /** Whether the person must choose a new password, because a super-user asked for it or the old one has expired. */
  readonly passwordChangeRequired: boolean;
  /** `cookie` for a token in a cookie, `bearer` for one that a program sends in the `Authorization` header. */
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

  /** Whether the person signed in with more than one method. */
  get hasSecondFactor(): boolean {
    return this.amr.length > 1;
  }

  /** @internal Returns the key of a session; `null` for an object that only looks like a session. */
  static keyOf(session: object): SessionKey | null {
    return #tokenHash in session ? { hash: session.#tokenHash, transport: session.transport } : null;
  }
}
