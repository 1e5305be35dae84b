import { Injectable } from '@nestjs/common';
import { randomBytes } from 'node:crypto';
import { PasswordPolicyException } from '../password/password.exceptions.js';
import { throwCombined } from '../errors/faults.js';
import { passwordExpiresAt } from '../password/password-expiry.js';
import { PasswordOptions } from '../password/password.options.js';
import { type PasswordContext, PasswordPolicy } from '../password/password.policy.js';
import { PasswordService } from '../password/password.service.js';
import { Throttle } from '../throttle/throttle.js';
import type { SsoUserBase } from '../user/sso-user.entity.js';
import type { UserValues } from '../user/user.store.js';
import type { Actor } from './actor.js';
import { attemptSourceOf, hashOriginOf, type SsoCaller } from './caller.js';
import { PasswordStore } from './password.store.js';
import type { LoginInput } from './user.inputs.js';

/** What is said of a new password. */
export interface PasswordTerms {
  mustChange: boolean;
  /** Days; `null` = never, `undefined` = the configured default. */
  expiry?: number | null | undefined;
}

/** Passwords of accounts before anything is written: attempts counted, the present one verified, a new one checked and hashed. */
@Injectable()
export class AccountPasswords<User extends SsoUserBase = SsoUserBase> {
  constructor(
    private readonly passwords: PasswordService,
    private readonly policy: PasswordPolicy,
    private readonly store: PasswordStore<User>,
    private readonly throttle: Throttle,
    private readonly options: PasswordOptions,
  ) {}

  /** Counts a password that an actor sets, whatever comes of it. @throws TooManyAttemptsException */
  countChange(actor: Actor): Promise<void> {
    return this.throttle.change(actor.name, attemptSourceOf(actor.caller));
  }

  /**
   * Whether a user who is signed in has typed their present password.
   *
   * @param user with the hash
   * @throws TooManyAttemptsException before it is looked at
   */
  verifyCurrent(user: User, password: string, actor: Actor): Promise<boolean> {
    const verify = (): Promise<boolean> =>
      this.passwords.verify(password, user.passwordHash, actor.hashOrigin);
    return this.throttle.oldPassword(user.id, verify);
  }

  /**
   * Whether somebody who logs in has typed the password of an account.
   *
   * @param user with the hash; `null` = nobody has that name, which takes as long
   */
  verifyLogin(user: User | null, { username, password }: LoginInput, caller: SsoCaller): Promise<boolean> {
    return this.passwords.verify(password, user?.passwordHash, hashOriginOf(caller, null, username));
  }

  /** The columns of the same password, just verified, where its hash is to be replaced by one in today's format. */
  async upgradedColumns(user: User, password: string, actor: Actor): Promise<UserValues> {
    const { passwordHash } = user;
    if (passwordHash === null || !this.passwords.needsRehash(passwordHash)) return {};
    return { passwordHash: await this.hash(password, actor) };
  }

  /** What refuses a new password. @param field its name in JSON */
  async refusalsOf(
    password: string,
    context: PasswordContext,
    actor: Actor,
    field = 'new_password',
  ): Promise<PasswordPolicyException[]> {
    return refusals(await this.policy.check(password, context, actor.hashOrigin), field);
  }

  /** What of {@link refusalsOf} can be told at once, without a hash, a statement or a rule of the host's own. */
  async quickRefusalsOf(
    password: string,
    context: PasswordContext,
    field = 'new_password',
  ): Promise<PasswordPolicyException[]> {
    return refusals(await this.policy.quickCheck(password, context), field);
  }

  /** The hash of a password that nothing refuses. */
  hash(password: string, actor: Actor): Promise<string> {
    return this.passwords.hash(password, actor.hashOrigin);
  }

  /**
   * The hash of the next password of a user.
   *
   * @param user with the present hash
   * @param currentPassword where it was typed, and is right
   * @throws PasswordPolicyException with every rule that is broken
   */
  async hashNext(user: User, password: string, actor: Actor, currentPassword?: string): Promise<string> {
    const previousHashes = await this.store.previousHashes(user.id);
    const context = { ...namesOf(user), currentHash: user.passwordHash, previousHashes, currentPassword };
    throwCombined(await this.refusalsOf(password, context, actor));
    return this.hash(password, actor);
  }

  /** A password that nobody can guess, and no rule about length refuses. */
  generate(): string {
    const { minLength, maxLength } = this.options;
    // 144 bits at least; longer only where the policy asks for it.
    return randomBytes(Math.max(18, minLength)).toString('base64url').slice(0, maxLength);
  }

  /** The columns of a password that is set `now`. @param passwordHash `null` = no password */
  columns(passwordHash: string | null, { mustChange, expiry }: PasswordTerms, now: Date): UserValues {
    return {
      passwordHash,
      passwordLastSet: now,
      passwordExpiresAt: passwordExpiresAt(now, expiry, this.options.expiry),
      passwordMustChange: mustChange,
    };
  }
}

/** The names that no password of the user may contain. */
export function namesOf({ username, email, displayName, firstName, lastName }: SsoUserBase): PasswordContext {
  return { username, email, displayName, firstName, lastName };
}

type Failures = Awaited<ReturnType<PasswordPolicy['check']>>;

/** One refusal, which names every rule that is broken. */
function refusals([first, ...rest]: Failures, field: string): PasswordPolicyException[] {
  return first ? [new PasswordPolicyException(first, rest, field)] : [];
}
