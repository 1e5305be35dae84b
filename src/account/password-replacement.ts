import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { v7 as newId } from 'uuid';
import { ConcurrentChangeException, PasswordPolicyException } from '../errors/auth.exceptions.js';
import { AuditLog } from '../audit/audit.log.js';
import type { AuditAction } from '../audit/sso-audit-event.entity.js';
import { Database } from '../database/database.js';
import { passwordExpiresAt } from '../password/password-expiry.js';
import { PasswordOptions } from '../password/password.options.js';
import { type PasswordContext, PasswordPolicy } from '../password/password.policy.js';
import { PasswordService } from '../password/password.service.js';
import { SsoPasswordHistory } from '../password/sso-password-history.entity.js';
import { SessionService } from '../session/session.service.js';
import type { Actor } from './actor.js';
import { throwAll } from '../errors/faults.js';
import { hookContext, Hooks } from './hooks.js';
import type { SsoUserBase } from '../user/sso-user.entity.js';
import { UserStore, type UserValues } from '../user/user.store.js';

/** What comes with a new password. */
export interface PasswordTerms {
  mustChange: boolean;
  /** Days; `null` = never, `undefined` = the configured default. */
  expiry?: number | null | undefined;
  /** The one session that lives on. */
  keepSession?: string | undefined;
}

/** Replaces a password: policy, hash, then everything that depends on it in one transaction. */
@Injectable()
export class PasswordReplacement<User extends SsoUserBase = SsoUserBase> {
  constructor(
    private readonly database: Database,
    private readonly users: UserStore<User>,
    private readonly sessions: SessionService<User>,
    private readonly passwords: PasswordService,
    private readonly policy: PasswordPolicy,
    private readonly hooks: Hooks,
    private readonly audit: AuditLog,
    private readonly options: PasswordOptions,
  ) {}

  /**
   * The hash of a password that satisfies every rule.
   *
   * @param actor for whom it is hashed
   * @param field name of the password in JSON
   * @throws PasswordPolicyException with every rule that is broken
   */
  async accepted(
    password: string,
    context: PasswordContext,
    actor: Actor,
    field = 'new_password',
  ): Promise<string> {
    throwAll(await this.refusalsOf(password, context, actor, field));
    return this.passwords.hash(password, actor.hashOrigin);
  }

  /** What {@link accepted} throws, if anything. Nothing is hashed where the context has no hashes. */
  async refusalsOf(
    password: string,
    context: PasswordContext,
    actor: Actor,
    field = 'new_password',
  ): Promise<PasswordPolicyException[]> {
    const [first, ...rest] = await this.policy.check(password, context, actor.hashOrigin);
    return first ? [new PasswordPolicyException(first, rest, field)] : [];
  }

  /** {@link accepted} as the next password of a user whose stored hash was read along. */
  async acceptedFor(user: User, password: string, actor: Actor, currentPassword?: string): Promise<string> {
    const previousHashes = await this.previousHashes(user.id);
    const { passwordHash: currentHash } = user;
    const context = { ...namesOf(user), currentHash, previousHashes, currentPassword };
    return this.accepted(password, context, actor);
  }

  /** What {@link refusalsOf} can tell at once, without a hash, a statement or a rule of the host's own. */
  async quickRefusalsOf(
    password: string,
    context: PasswordContext,
    field = 'new_password',
  ): Promise<PasswordPolicyException[]> {
    const [first, ...rest] = await this.policy.quickCheck(password, context);
    return first ? [new PasswordPolicyException(first, rest, field)] : [];
  }

  /**
   * What refuses a password as the next one of a user, as far as that can be told of anybody's: nothing of what the user has
   * or had as passwords is looked at.
   */
  async refusalsFor(user: User, password: string, actor: Actor): Promise<PasswordPolicyException[]> {
    return this.refusalsOf(password, namesOf(user), actor);
  }

  private async previousHashes(userId: string): Promise<string[]> {
    if (this.options.history === 0) return [];
    const rows = await this.database.run((manager) =>
      manager.find(SsoPasswordHistory, {
        select: { id: true, passwordHash: true },
        where: { userId },
        order: { replacedAt: 'DESC', id: 'DESC' },
        take: this.options.history,
      }),
    );
    return rows.map((row) => row.passwordHash);
  }

  /** The columns of a password set `now`. @param passwordHash `null` = there is none */
  columns(passwordHash: string | null, terms: PasswordTerms, now: Date): UserValues {
    return {
      passwordHash,
      passwordLastSet: now,
      passwordExpiresAt: passwordExpiresAt(now, terms.expiry, this.options.expiry),
      passwordMustChange: terms.mustChange,
    };
  }

  /**
   * Stores the hash, ends the user's sessions and records it; belongs into a transaction.
   *
   * @param user as it was when the old password was verified
   * @returns the user as it is now
   * @throws ConcurrentChangeException when the password has changed since
   */
  async store(
    manager: EntityManager,
    user: User,
    passwordHash: string,
    terms: PasswordTerms,
    actor: Actor<User>,
    action: AuditAction = 'password.change',
  ): Promise<User> {
    const now = new Date();
    const values: UserValues = {
      ...this.columns(passwordHash, terms, now),
      passwordVersion: user.passwordVersion + 1,
      updatedAt: now,
    };
    const { passwordVersion } = user;
    if (!(await this.users.update(manager, user.id, values, { passwordVersion }))) {
      throw new ConcurrentChangeException();
    }
    await this.remember(manager, user, now);
    await this.sessions.endAll(manager, user.id, terms.keepSession);
    await this.audit.success(manager, actor.auditEntry(action, user.id));
    this.hooks.passwordChanged(manager, hookContext(user, actor.caller), actor.name);
    return this.users.updated(user, values);
  }

  private async remember(manager: EntityManager, user: User, now: Date): Promise<void> {
    if (user.passwordHash === null) return;
    await manager.insert(SsoPasswordHistory, {
      id: newId(),
      userId: user.id,
      passwordHash: user.passwordHash,
      replacedAt: now,
    });
    // Read without a lock, then deleted by key: one DELETE with a condition would make changes at once wait for each other.
    const old = await manager.find(SsoPasswordHistory, {
      select: { id: true },
      where: { userId: user.id },
      order: { replacedAt: 'DESC', id: 'DESC' },
      // The latest stays even without a history, so that one switched on later knows it.
      skip: Math.max(this.options.history, 1),
      take: 1000,
    });
    if (old.length > 0)
      await manager.delete(
        SsoPasswordHistory,
        old.map(({ id }) => id),
      );
  }
}

/** The names that no password of the user may hold. */
export function namesOf({ username, email, displayName, firstName, lastName }: SsoUserBase): PasswordContext {
  return { username, email, displayName, firstName, lastName };
}
