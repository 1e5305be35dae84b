import { Injectable } from '@nestjs/common';
import { InvalidCredentialsException, PasswordExpiredException } from './account.exceptions.js';
import { AuthException } from '../errors/auth.exception.js';
import { ServiceUnavailableException } from '../errors/service-unavailable.exception.js';
import { isExpired } from '../password/password-expiry.js';
import { type CountedLogin, isRepeated, Throttle } from '../throttle/throttle.js';
import { assertMaySignIn } from '../user/account-state.js';
import type { SsoUserBase } from '../user/sso-user.entity.js';
import { UserStore } from '../user/user.store.js';
import { AccountPasswords } from './account.passwords.js';
import { Actor } from './actor.js';
import { attemptSourceOf, type SsoCaller } from './caller.js';
import { hookContext, Hooks } from './hooks.js';
import { PasswordChange } from './password-change.js';
import type { LoginWrites } from './session.opener.js';
import { type Admission, type LoginResult, SignIn } from './sign-in.js';
import type { LoginInput } from './user.inputs.js';

/** Who was looked for: `undefined` = nobody yet, `null` = there is no such user. */
interface Found<User extends SsoUserBase> {
  user?: User | null;
}

/** A user whose password was right. */
interface Verified<User extends SsoUserBase> {
  user: User;
  admission: Admission<User>;
}

/** Logs users in by their password: one verification whatever happens, then {@link SignIn.admit}. */
@Injectable()
export class PasswordLogin<User extends SsoUserBase = SsoUserBase> {
  constructor(
    private readonly signIn: SignIn<User>,
    private readonly users: UserStore<User>,
    private readonly passwords: AccountPasswords<User>,
    private readonly changes: PasswordChange<User>,
    private readonly throttle: Throttle,
    private readonly hooks: Hooks,
  ) {}

  /** @param challenge runs before the password is looked at; its refusal is a failed login like any other */
  async login(
    { username, ...secrets }: LoginInput,
    caller: SsoCaller,
    challenge?: () => Promise<void>,
  ): Promise<LoginResult<User>> {
    this.signIn.assertMayLogIn(caller);
    // Telephones add a blank to a word that they complete, and no name has one at its ends.
    const input = { ...secrets, username: username.trim() };
    const { user, admission } = await this.verify(input, caller, challenge);
    return this.signIn.admit(user, ['pwd'], caller, admission);
  }

  private async verify(
    input: LoginInput,
    caller: SsoCaller,
    challenge?: () => Promise<void>,
  ): Promise<Verified<User>> {
    const found: Found<User> = {};
    try {
      const attempt = await this.throttle.login(input.username, attemptSourceOf(caller), () =>
        this.find(input, found),
      );
      const isRight = await verified(attempt, () => this.isRight(input, caller, found, challenge));
      if (!found.user || !isRight) throw new InvalidCredentialsException();
      const { user } = found;
      const writes = await this.hash(user, input, caller).catch(async (error: unknown) => {
        await attempt.clear();
        throw error;
      });
      return { user, admission: { attempt, ...writes } };
    } catch (error) {
      if (error instanceof AuthException) {
        const subject = found.user ?? { username: input.username };
        await this.signIn.recordFailure(error, caller, subject, await this.targetOf(error, input, found));
      }
      throw error;
    }
  }

  private async find({ username }: LoginInput, found: Found<User>): Promise<User | null> {
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
    if (found.user === undefined || this.hooks.hasPreLogin) await this.find(input, found);
    // Also if there is no such user, so that the time does not reveal who has an account.
    return this.passwords.verifyLogin(found.user ?? null, input, caller);
  }

  /** What has to be hashed for an account that is open: the new password, or the same one in today's format. */
  private async hash(
    user: User,
    { password, newPassword }: LoginInput,
    caller: SsoCaller,
  ): Promise<LoginWrites<User>> {
    assertMaySignIn(user);
    assertPasswordInTime(user);
    const self = new Actor<User>(user.id, null, caller);
    if (newPassword === undefined)
      return { values: await this.passwords.upgradedColumns(user, password, self) };
    const hash = await this.passwords.hashNext(user, newPassword, self, password);
    const next = { hash, mustChange: false };
    return { before: (manager, actor) => this.changes.replace(manager, user, next, actor) };
  }

  /** The account that a failed login was about, for the audit. */
  private async targetOf(
    refusal: AuthException,
    input: LoginInput,
    found: Found<User>,
  ): Promise<string | null> {
    // Only where nobody was looked for: one more statement for names that nobody has would tell who has an account. A database
    // that has just failed is not asked again.
    if (found.user !== undefined || isRepeated(refusal) || isOutage(refusal)) return found.user?.id ?? null;
    try {
      return (await this.find(input, found))?.id ?? null;
    } catch {
      // The refusal is recorded anyway.
      return null;
    }
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
      await attempt.uncount();
    throw error;
  }
}

function isOutage(error: AuthException): boolean {
  return error instanceof ServiceUnavailableException && error.what === 'database';
}

/** Refuses a temporary password that was not used in time. @throws PasswordExpiredException */
export function assertPasswordInTime({ passwordMustChange, passwordExpiresAt }: SsoUserBase): void {
  if (passwordMustChange && isExpired(passwordExpiresAt, new Date())) throw new PasswordExpiredException();
}
