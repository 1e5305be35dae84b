import { HttpException, Injectable } from '@nestjs/common';
import { AuthException } from '../errors/auth.exception.js';
import { isAboutToExpire } from '../password/password-expiry.js';
import { PasswordOptions } from '../password/password.options.js';
import type { AuthenticatedSession } from '../session/authenticated-session.js';
import { type CountedLogin, Throttle } from '../throttle/throttle.js';
import { assertMaySignIn } from '../user/account-state.js';
import type { SsoUserBase } from '../user/sso-user.entity.js';
import { AccountEvents } from './account.events.js';
import { Actor } from './actor.js';
import { Authority } from './authority.js';
import { attemptSourceOf, type SsoCaller } from './caller.js';
import { hookContext, Hooks } from './hooks.js';
import { type AuthenticationMethod, type LoginWrites, SessionOpener } from './session.opener.js';

/** A login that succeeded. */
export interface LoginResult<User extends SsoUserBase = SsoUserBase> {
  session: AuthenticatedSession<User>;
  /** What belongs into the cookie; it is stored nowhere. */
  token: string;
  /** What belongs into the device cookie; `undefined` when throttling is off. */
  device: string | undefined;
  user: User;
  /** The session reaches little more than changing the password. */
  passwordChangeRequired: boolean;
  /** `null` = never. */
  passwordExpiresAt: Date | null;
  /** The password expires within `password.aboutToExpireThreshold` days. */
  passwordAboutToExpire: boolean;
}

/** Who failed to log in: a user, or only a name that was typed. */
export interface LoginSubject {
  username: string;
  id?: string;
  email?: string | null;
}

/** What comes with a user who has proved who they are. */
export interface Admission<User extends SsoUserBase> extends LoginWrites<User> {
  /** The attempt, where it was counted before the proof was verified. */
  attempt?: CountedLogin;
}

/** The one end of every login, whatever has proved who the user is. */
@Injectable()
export class SignIn<User extends SsoUserBase = SsoUserBase> {
  constructor(
    private readonly authority: Authority<User>,
    private readonly opener: SessionOpener<User>,
    private readonly throttle: Throttle,
    private readonly hooks: Hooks,
    private readonly events: AccountEvents,
    private readonly options: PasswordOptions,
  ) {}

  /** Refuses a caller who may not log anybody in. @throws AppNotAllowedException */
  assertMayLogIn(caller: SsoCaller): void {
    this.authority.checkLoginApp(caller);
  }

  /**
   * Lets a user in who has proved who they are: the state of the account, the host's hook, then session, audit and time of
   * the login in one transaction. A refusal is recorded.
   *
   * @param methods by which they have proved it
   * @throws AccountLockedException, AccountInactiveException, AccountNotApprovedException
   * @throws RejectedByHookException
   * @throws InvalidCredentialsException where the user was changed since
   */
  async admit(
    user: User,
    methods: readonly AuthenticationMethod[],
    caller: SsoCaller,
    { attempt, ...writes }: Admission<User> = {},
  ): Promise<LoginResult<User>> {
    try {
      this.assertMayLogIn(caller);
      assertMaySignIn(user);
      await this.askHook(user, caller, attempt);
      const { token, session } = await this.opener.open(user, methods, caller, writes);
      return this.resultOf(session, token, caller);
    } catch (error) {
      if (error instanceof AuthException) await this.recordFailure(error, caller, user, user.id);
      throw error;
    }
  }

  /**
   * Records that a login failed, and tells the host's hook.
   *
   * @param subject what the hook is told of
   * @param targetId the account, as far as it is known
   * @throws RejectedByHookException when the hook has other words for the refusal
   */
  async recordFailure(
    refusal: AuthException,
    caller: SsoCaller,
    subject: LoginSubject,
    targetId: string | null,
  ): Promise<void> {
    await this.events.recordFailure(refusal, Actor.stranger(caller), 'login', targetId);
    await this.hooks.loginFailure(hookContext(subject, caller), refusal.code);
  }

  /** Asks the hook, whose refusal leaves the attempt counted: it may have looked at a second secret. */
  private async askHook(user: User, caller: SsoCaller, attempt?: CountedLogin): Promise<void> {
    try {
      await this.hooks.loginSuccess(hookContext(user, caller));
    } catch (error) {
      if (!isRefusal(error)) await attempt?.uncount();
      throw error;
    }
    await attempt?.clear();
  }

  private resultOf(session: AuthenticatedSession<User>, token: string, caller: SsoCaller): LoginResult<User> {
    const { user, createdAt, passwordChangeRequired } = session;
    const { passwordExpiresAt } = user;
    const { aboutToExpireThreshold } = this.options;
    return {
      session,
      token,
      device: this.throttle.deviceOf(attemptSourceOf(caller), user),
      user,
      passwordChangeRequired,
      passwordExpiresAt,
      passwordAboutToExpire: isAboutToExpire(passwordExpiresAt, aboutToExpireThreshold, createdAt),
    };
  }
}

/** Whether a hook said no, in a text or in an exception of its own, and did not merely fail. */
function isRefusal(error: unknown): boolean {
  return error instanceof HttpException && error.getStatus() < 500;
}
