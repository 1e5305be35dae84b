import { Injectable } from '@nestjs/common';
import {
  AuthException,
  AccountInactiveException,
  AccountLockedException,
  AccountNotApprovedException,
  InvalidCredentialsException,
  PasswordExpiredException,
} from '../auth.exceptions.js';
import { AuditLog } from '../audit/audit.log.js';
import { Database } from '../database/database.js';
import { isAboutToExpire, isExpired } from '../password/password-expiry.js';
import { PasswordOptions } from '../password/password.options.js';
import { PasswordService } from '../password/password.service.js';
import type { AuthenticatedSession } from '../session/authenticated-session.js';
import { Throttle } from '../protect/throttle.js';
import { SessionService } from '../session/session.service.js';
import { Actor } from './authority.js';
import { hashOriginOf, type SsoCaller } from './caller.js';
import { hookContext, Hooks } from './hooks.js';
import { PasswordReplacement } from './password-replacement.js';
import { OPEN, type SsoUserBase } from './sso-user.entity.js';
import type { LoginInput } from './user.inputs.js';
import { UserStore } from './user.store.js';

/** A login that succeeded. */
export interface LoginResult<User extends SsoUserBase = SsoUserBase> {
  session: AuthenticatedSession<User>;
  /** What belongs into the cookie; it is stored nowhere. */
  token: string;
  /** What belongs into the device cookie; `undefined` without brakes. */
  device: string | undefined;
  user: User;
  /** The session reaches little more than changing the password. */
  passwordChangeRequired: boolean;
  /** `null` = never. */
  passwordExpiresAt: Date | null;
  /** The password expires within `password.aboutToExpireThreshold` days. */
  passwordAboutToExpire: boolean;
}

/** Logs a user in: one verification whatever happens, then the account's state, then a session. */
@Injectable()
export class SignIn<User extends SsoUserBase = SsoUserBase> {
  constructor(
    private readonly database: Database,
    private readonly users: UserStore<User>,
    private readonly sessions: SessionService<User>,
    private readonly passwords: PasswordService,
    private readonly replacement: PasswordReplacement<User>,
    private readonly throttle: Throttle,
    private readonly hooks: Hooks,
    private readonly audit: AuditLog,
    private readonly options: PasswordOptions,
  ) {}

  /** @param challenge runs before the password is looked at; its refusal is a failed login like any other */
  async login(
    input: LoginInput,
    caller: SsoCaller,
    challenge?: () => Promise<void>,
  ): Promise<LoginResult<User>> {
    const found: { user: User | null } = { user: null };
    try {
      const { isRight, device } = await this.throttle.login(input.username, caller, async () => {
        await challenge?.();
        await this.hooks.preLogin(hookContext(input, caller));
        found.user = await this.users.findByUsername(input.username);
        // Also for nobody, so that the time does not tell who has an account.
        const origin = hashOriginOf(caller, null, input.username);
        return this.passwords.verify(input.password, found.user?.passwordHash, origin);
      });
      if (!found.user || !isRight) throw new InvalidCredentialsException();
      refuseClosed(found.user);
      return { ...(await this.enter(found.user, input, caller)), device };
    } catch (error) {
      if (error instanceof AuthException) await this.refused(error, found.user, input, caller);
      throw error;
    }
  }

  /** @throws RejectedByHookException when a hook has other words for the refusal */
  private async refused(
    refusal: AuthException,
    user: User | null,
    { username }: LoginInput,
    caller: SsoCaller,
  ): Promise<void> {
    const target = user ?? (await this.users.findByUsername(username).catch(() => null));
    await this.audit.failure(Actor.stranger(caller).doing('login', target?.id ?? null), refusal);
    await this.hooks.loginFailure(hookContext(user ?? { username }, caller), refusal.code);
  }

  /** Opens a session for a user whose password was right. */
  private async enter(
    user: User,
    { password, newPassword }: LoginInput,
    caller: SsoCaller,
  ): Promise<Omit<LoginResult<User>, 'device'>> {
    const actor = new Actor<User>(user.id, null, caller);
    const newHash =
      newPassword === undefined
        ? undefined
        : await this.replacement.acceptedFor(user, newPassword, actor, password);
    const upgrade =
      newHash === undefined && this.passwords.needsRehash(user.passwordHash)
        ? { passwordHash: await this.passwords.hash(password, actor.hashOrigin) }
        : {};
    await this.hooks.loginSuccess(hookContext(user, caller));

    const { token, session } = await this.database.transaction(
      async (manager) => {
        const current =
          newHash === undefined
            ? user
            : await this.replacement.store(manager, user, newHash, { mustChange: false }, actor);
        const lastLogin = new Date();
        const { passwordVersion } = current;
        if (
          !(await this.users.update(
            manager,
            user.id,
            { lastLogin, ...upgrade },
            { ...OPEN, passwordVersion },
          ))
        ) {
          // Closed, changed or deleted while the hash ran.
          refuseClosed((await this.users.findAgain(manager, user.id)) ?? user);
          throw new InvalidCredentialsException();
        }
        await this.sessions.endByToken(manager, caller.token);
        await this.audit.success(manager, actor.doing('login', user.id));
        return this.sessions.open(manager, this.users.updated(current, { lastLogin }), caller);
      },
      [user.id],
    );

    const { passwordExpiresAt } = session.user;
    const { aboutToExpireThreshold } = this.options;
    return {
      session,
      token,
      user: session.user,
      passwordChangeRequired: session.passwordChangeRequired,
      passwordExpiresAt,
      passwordAboutToExpire: isAboutToExpire(passwordExpiresAt, aboutToExpireThreshold, session.createdAt),
    };
  }
}

/** Only after the right password: a stranger must not learn the state of an account. */
function refuseClosed(user: SsoUserBase): void {
  if (user.isLocked) throw new AccountLockedException();
  if (!user.isActive || user.signUpStatus !== 'final') throw new AccountInactiveException();
  if (user.approvalStatus !== 'approved') throw new AccountNotApprovedException();
  if (user.passwordMustChange && isExpired(user.passwordExpiresAt, new Date()))
    throw new PasswordExpiredException();
}
