import { v7 as newId } from 'uuid';
import type { SessionRow } from '../session/lookup-statement.js';
import { newToken } from '../session/session.token.js';
import { SsoUser, SsoUserBase } from '../user/sso-user.entity.js';
import { newUser } from '../user/user.columns.js';
import { givenColumns, type TestUser } from './test-user.js';

/** Who is signed in, or what tells it anew for each request; `null` = nobody. */
export type SignedInPerson<User extends SsoUserBase> = TestUser<User> | null | (() => TestUser<User> | null);

/** Milliseconds from each look-up. */
const LIFE = 3_600_000;

/** Stands for the tables: one session, of whoever is signed in at the moment. */
export class OnlySession {
  private readonly ownToken = newToken();
  private readonly id = newId();
  private readonly createdAt = new Date();
  private readonly userIds = new Map<string | undefined, string>();

  constructor(private readonly person: SignedInPerson<SsoUserBase>) {}

  /** What the cookie holds; `undefined` = nobody is signed in. */
  get token(): string | undefined {
    return this.user === null ? undefined : this.ownToken;
  }

  /** The session's row with its user's, made anew each time as if they were read. */
  find(): SessionRow<SsoUserBase> | null {
    const { id, createdAt, user: given } = this;
    if (given === null) return null;
    const user = this.userAs(given);
    const lastSeenAt = new Date();
    const expiresAt = new Date(lastSeenAt.getTime() + LIFE);
    const { passwordVersion } = user;
    const instants = {
      createdAt,
      lastSeenAt,
      expiresAt,
      maxExpiresAt: expiresAt,
      authenticatedAt: createdAt,
    };
    return { session: { id, passwordVersion, ...instants, amr: 'pwd', remembered: false }, user };
  }

  private get user(): TestUser<SsoUserBase> | null {
    return typeof this.person === 'function' ? this.person() : this.person;
  }

  private userAs(given: TestUser<SsoUserBase>): SsoUserBase {
    const columns = givenColumns<SsoUserBase>({ username: 'tester', ...givenColumns(given) });
    const id = this.userIds.get(columns.usernameKey) ?? newId();
    this.userIds.set(columns.usernameKey, id);
    const values = {
      id,
      approvalStatus: 'approved',
      passwordLastSet: this.createdAt,
      passwordExpiresAt: null,
      passwordMustChange: false,
      ...columns,
    } as const;
    const prototype: unknown =
      given instanceof SsoUserBase ? Object.getPrototypeOf(given) : SsoUser.prototype;
    return Object.assign(Object.create(prototype as object) as SsoUserBase, newUser(values, this.createdAt));
  }
}
