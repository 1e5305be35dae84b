import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { columnText } from '../database/column-text.js';
import { Database } from '../database/database.js';
import { InvalidCredentialsException } from './account.exceptions.js';
import { type OpenedSession, SessionService } from '../session/session.service.js';
import { assertMaySignIn, SIGN_IN_STATE } from '../user/account-state.js';
import type { SsoUserBase } from '../user/sso-user.entity.js';
import { UserStore, type UserValues } from '../user/user.store.js';
import { AccountEvents } from './account.events.js';
import { Actor } from './actor.js';
import type { SsoCaller } from './caller.js';

/** How people prove who they are (RFC 8176): `pwd` = by a password. */
export type AuthenticationMethod = 'pwd' | 'otp' | 'hwk' | 'user' | 'oidc' | 'recovery' | 'trusted';

/** What a login writes in the transaction of its session. */
export interface LoginWrites<User extends SsoUserBase = SsoUserBase> {
  /** Columns of the user, in addition to `last_login`. */
  values?: UserValues;
  /** Whether the person asked to stay signed in. @default false */
  remembered?: boolean;
  /** Runs before the session is opened. Returns the user as it is after that. */
  before?: (manager: EntityManager, actor: Actor<User>) => Promise<User>;
}

/** Opens the sessions with which logins end. */
@Injectable()
export class SessionOpener<User extends SsoUserBase = SsoUserBase> {
  constructor(
    private readonly database: Database,
    private readonly users: UserStore<User>,
    private readonly sessions: SessionService<User>,
    private readonly events: AccountEvents,
  ) {}

  /**
   * Opens a session, records the login and ends the session that the caller's token names. It asks for no proof: the code
   * that calls has seen to that.
   *
   * @param user as it was when it was let in; nothing is opened for one that was closed or changed since
   */
  open(
    user: User,
    methods: readonly AuthenticationMethod[],
    caller: SsoCaller,
    { values, before, remembered = false }: LoginWrites<User> = {},
  ): Promise<OpenedSession<User>> {
    const actor = new Actor<User>(user.id, null, caller);
    const open = async (manager: EntityManager): Promise<OpenedSession<User>> => {
      const current = before ? await before(manager, actor) : user;
      const language = columnText(caller.language, 35);
      const seen = { lastLogin: new Date(), ...(language !== null && { language }) };
      const { passwordVersion } = current;
      const written = { ...seen, ...values };
      if (!(await this.users.update(manager, user.id, written, { ...SIGN_IN_STATE, passwordVersion }))) {
        // Closed, changed or deleted since it was let in.
        assertMaySignIn((await this.users.findAgain(manager, user.id)) ?? user);
        throw new InvalidCredentialsException();
      }
      await this.sessions.endByToken(manager, caller.token);
      await this.events.loggedIn(manager, actor, user.id, methods);
      const { transport = 'cookie' } = caller;
      const traits = { amr: methods, remembered, transport };
      return this.sessions.open(manager, this.users.updated(current, seen), caller, traits);
    };
    return this.database.transaction(open, [user.id]);
  }
}
