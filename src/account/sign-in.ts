import { HttpException, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import {
  AuthException,
  AccountInactiveException,
  AccountLockedException,
  AccountNotApprovedException,
  InvalidCredentialsException,
  PasswordExpiredException,
  ServiceUnavailableException,
} from '../errors/auth.exceptions.js';
import { AuditLog } from '../audit/audit.log.js';
import { columnText } from '../database/column-text.js';
import { Database } from '../database/database.js';
import { isAboutToExpire, isExpired } from '../password/password-expiry.js';
import { PasswordOptions } from '../password/password.options.js';
import { PasswordService } from '../password/password.service.js';
import type { AuthenticatedSession } from '../session/authenticated-session.js';
import { type CountedLogin, isRepeated, Throttle } from '../throttle/throttle.js';
import { type OpenedSession, SessionService, type SessionTraits } from '../session/session.service.js';
import { Actor } from './actor.js';
import { attempterOf, hashOriginOf, type SsoCaller } from './caller.js';
import { hookContext, Hooks } from './hooks.js';
import { PasswordReplacement } from './password-replacement.js';
import { OPEN, type SsoUserBase } from '../user/sso-user.entity.js';
import type { LoginInput } from './user.inputs.js';
import { UserStore, type UserValues } from '../user/user.store.js';

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

const BY_PASSWORD: SessionTraits = { amr: ['pwd'], remembered: false };

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
    const found: Found<User> = {};
    try {
      const attempt = await this.throttle.login(input.username, attempterOf(caller), () =>
        this.look(input, found),
      );
      const isRight = await verified(attempt, () => this.isRight(input, caller, found, challenge));
      if (!found.user || !isRight) throw new InvalidCredentialsException();
      return await this.enter(found.user, input, caller, attempt);
    } catch (error) {
      if (error instanceof AuthException) await this.refused(error, found, input, caller);
      throw error;
    }
  }

  private async look({ username }: LoginInput, found: Found<User>): Promise<User | null> {
    found.user = await this.users.findByUsername(username);
    return found.user;
  }

  private async isRight(
    input: LoginInput,
    caller: SsoCaller,
    found: Found<User>,
    challenge?: () => Promise<void>,
  ): Promise<boolean> {
    await challenge?.();
    await this.hooks.preLogin(hookContext(input, caller));
    // The hook may have taken the user over from elsewhere, with the password that was just typed.
    if (found.user === undefined || this.hooks.hasPreLogin) await this.look(input, found);
    // Also for nobody, so that the time does not tell who has an account.
    const origin = hashOriginOf(caller, null, input.username);
    return this.passwords.verify(input.password, found.user?.passwordHash, origin);
  }

  /** @throws RejectedByHookException when a hook has other words for the refusal */
  private async refused(
    refusal: AuthException,
    found: Found<User>,
    input: LoginInput,
    caller: SsoCaller,
  ): Promise<void> {
    const context = hookContext(found.user ?? { username: input.username }, caller);
    if (!isRepeated(refusal)) {
      // Only where nobody was looked for: one more statement for those who are not there would tell who is. A database that
      // has just failed is not asked again.
      if (found.user === undefined && !isOutage(refusal)) await this.look(input, found).catch(() => null);
      await this.audit.failure(Actor.stranger(caller).auditEntry('login', found.user?.id ?? null), refusal);
    }
    await this.hooks.loginFailure(context, refusal.code);
  }

  /** Opens a session for a user whose password was right. */
  private async enter(
    user: User,
    input: LoginInput,
    caller: SsoCaller,
    attempt: CountedLogin,
  ): Promise<LoginResult<User>> {
    const actor = new Actor<User>(user.id, null, caller);
    const hashed = await this.hashes(user, input, actor).catch(async (error: unknown) => {
      await attempt.clear();
      throw error;
    });
    await this.admit(user, caller, attempt);

    const { token, session } = await this.open(user, actor, hashed);
    const { passwordExpiresAt } = session.user;
    const { aboutToExpireThreshold } = this.options;
    return {
      session,
      token,
      device: this.throttle.deviceOf(attempterOf(caller), session.user),
      user: session.user,
      passwordChangeRequired: session.passwordChangeRequired,
      passwordExpiresAt,
      passwordAboutToExpire: isAboutToExpire(passwordExpiresAt, aboutToExpireThreshold, session.createdAt),
    };
  }

  /**
   * Opens the session with which a login ends. It asks for no password: whoever calls has seen to that.
   *
   * @param user as it was when it was let in; nothing is opened for one that was closed or changed since
   * @param actor the user, before the login
   */
  async open(
    user: User,
    actor: Actor<User>,
    { newHash, upgrade }: Hashed = { upgrade: {} },
  ): Promise<OpenedSession<User>> {
    const open = async (manager: EntityManager): Promise<OpenedSession<User>> => {
      const current =
        newHash === undefined
          ? user
          : await this.replacement.store(manager, user, newHash, { mustChange: false }, actor);
      const lastLogin = new Date();
      const { passwordVersion } = current;
      const language = columnText(actor.caller.language, 35);
      const seen = { lastLogin, ...(language !== null && { language }) };
      const values = { ...seen, ...upgrade };
      if (!(await this.users.update(manager, user.id, values, { ...OPEN, passwordVersion }))) {
        // Closed, changed or deleted while the hash ran.
        assertMaySignIn((await this.users.findAgain(manager, user.id)) ?? user);
        throw new InvalidCredentialsException();
      }
      await this.sessions.endByToken(manager, actor.caller.token);
      await this.audit.success(manager, {
        ...actor.auditEntry('login', user.id),
        detail: BY_PASSWORD.amr.join(' '),
      });
      return this.sessions.open(manager, this.users.updated(current, seen), actor.caller, BY_PASSWORD);
    };
    return this.database.transaction(open, [user.id]);
  }

  /** What has to be hashed for an account that is open: the new password, or the same one in today's format. */
  private async hashes(
    user: User,
    { password, newPassword }: LoginInput,
    actor: Actor<User>,
  ): Promise<Hashed> {
    assertMaySignIn(user);
    if (newPassword !== undefined)
      return { newHash: await this.replacement.acceptedFor(user, newPassword, actor, password), upgrade: {} };
    if (user.passwordHash === null || !this.passwords.needsRehash(user.passwordHash)) return { upgrade: {} };
    return { upgrade: { passwordHash: await this.passwords.hash(password, actor.hashOrigin) } };
  }

  /** Asks the hook, whose refusal leaves the attempt counted: it may have looked at a second secret. */
  private async admit(user: User, caller: SsoCaller, attempt: CountedLogin): Promise<void> {
    try {
      await this.hooks.loginSuccess(hookContext(user, caller));
    } catch (error) {
      if (!isRefusal(error)) await attempt.withdraw();
      throw error;
    }
    await attempt.clear();
  }
}

/**
 * Verifies an attempt; one that could not be verified is taken back. But for a lack of room: it would be refused the same way
 * for everybody, and could be tried without end.
 */
async function verified<T>(attempt: CountedLogin, verify: () => Promise<T>): Promise<T> {
  try {
    return await verify();
  } catch (error) {
    if (!(error instanceof ServiceUnavailableException && error.what === 'hash queue'))
      await attempt.withdraw();
    throw error;
  }
}

/** Whether a hook said no, in a text or in an exception of its own, and did not merely fail. */
function isRefusal(error: unknown): boolean {
  return error instanceof HttpException && error.getStatus() < 500;
}

/** What was hashed for a login. */
interface Hashed {
  /** Of the new password, where one was chosen. */
  newHash?: string;
  upgrade: UserValues;
}

/** Who was looked for: `undefined` = nobody yet, `null` = there is no such user. */
interface Found<User extends SsoUserBase> {
  user?: User | null;
}

function isOutage(refusal: AuthException): boolean {
  return refusal instanceof ServiceUnavailableException && refusal.what === 'database';
}

/** Only after the right password: a stranger must not learn the state of an account. */
export function assertMaySignIn(user: SsoUserBase): void {
  if (user.isLocked) throw new AccountLockedException();
  if (!user.isActive || user.signUpStatus !== 'final') throw new AccountInactiveException();
  if (user.approvalStatus !== 'approved') throw new AccountNotApprovedException();
  if (user.passwordMustChange && isExpired(user.passwordExpiresAt, new Date()))
    throw new PasswordExpiredException();
}
