import { Injectable } from '@nestjs/common';
import { randomBytes } from 'node:crypto';
import type { EntityManager } from 'typeorm';
import { UserNotFoundException } from '../auth.exceptions.js';
import { AuditLog } from '../audit/audit.log.js';
import type { AuditAction } from '../audit/sso-audit-event.entity.js';
import { columnText } from '../database/column-text.js';
import { Database } from '../database/database.js';
import { toInstant } from '../input/fields.js';
import { PasswordOptions } from '../password/password.options.js';
import { PasswordService } from '../password/password.service.js';
import { SessionService } from '../session/session.service.js';
import { type Actor, refuseOwnColumns } from './authority.js';
import { hookContext, Hooks } from './hooks.js';
import { PasswordReplacement } from './password-replacement.js';
import type { SsoUserBase } from './sso-user.entity.js';
import type { CreateUserInput, SignUpInput, UpdateCurrentUserInput, UpdateUserInput } from './user.inputs.js';
import { changedColumns, nameColumns, newUser } from './user.columns.js';
import { UserStore, type UserValues } from './user.store.js';

/** A user just created. */
export interface CreatedUser<User extends SsoUserBase = SsoUserBase> {
  user: User;
  /** Only when it was generated; it is stored nowhere. */
  password?: string;
}

/** Accounts made, edited and ended, by actors who were found entitled to. */
@Injectable()
export class Accounts<User extends SsoUserBase = SsoUserBase> {
  constructor(
    private readonly database: Database,
    private readonly users: UserStore<User>,
    private readonly sessions: SessionService<User>,
    private readonly passwords: PasswordService,
    private readonly replacement: PasswordReplacement<User>,
    private readonly hooks: Hooks,
    private readonly audit: AuditLog,
    private readonly options: PasswordOptions,
  ) {}

  async create(input: CreateUserInput, actor: Actor<User>): Promise<CreatedUser<User>> {
    const { password, passwordExpiry, isSuperUser = false, autoApprove = false, ...names } = input;
    // A password that a person has generated for somebody else must not become that one's own (ASVS 6.4.1).
    const { mustChange = password === undefined && actor.session !== null } = input;
    await this.users.refuseTaken(names);
    const plain = password ?? this.randomPassword();
    const passwordHash =
      password === undefined
        ? await this.passwords.hash(plain)
        : await this.replacement.accepted(plain, names, 'password');

    const user = await this.insert(actor, {
      ...nameColumns(names),
      ...this.replacement.columns(passwordHash, { mustChange, expiry: passwordExpiry }, new Date()),
      isSuperUser,
      approvalStatus: autoApprove ? 'approved' : 'before_decision',
    });
    return password === undefined ? { user, password: plain } : { user };
  }

  /** A stranger's own account; `defaults` is what the host says of such accounts. */
  async signUp({ password, ...names }: SignUpInput, defaults: UserValues, actor: Actor<User>): Promise<User> {
    await this.users.refuseTaken(names);
    const passwordHash = await this.replacement.accepted(password, names, 'password');
    const user = await this.insert(
      actor,
      {
        ...this.replacement.columns(passwordHash, { mustChange: false }, new Date()),
        ...defaults,
        ...nameColumns(names),
      },
      'user.register',
    );
    await this.hooks.registered(hookContext(user, actor.caller));
    return user;
  }

  private insert(actor: Actor<User>, values: UserValues, action: AuditAction = 'user.create'): Promise<User> {
    const user = newUser(values, new Date());
    return this.users.refusingDuplicates(user, () =>
      this.database.transaction(async (manager) => {
        const inserted = await this.users.insert(manager, user);
        await this.audit.success(manager, actor.doing(action, inserted.id));
        return inserted;
      }),
    );
  }

  async update(
    id: string,
    { passwordExpiresAt, mustChange, isActive, isSuperUser, ...names }: UpdateUserInput,
    actor: Actor<User>,
  ): Promise<User> {
    const values: UserValues = {
      ...nameColumns(names),
      ...(isActive !== undefined && { isActive }),
      ...(isSuperUser !== undefined && { isSuperUser }),
      ...(mustChange !== undefined && { passwordMustChange: mustChange }),
      ...(passwordExpiresAt !== undefined && { passwordExpiresAt: toInstant(passwordExpiresAt) }),
    };
    return this.edit(id, isSuperUser === undefined ? 'user.update' : 'user.role', actor, (user) => {
      if (actor.is(user.id)) refuseOwnColumns(changedColumns(user, values));
      return values;
    });
  }

  updateOwn(input: UpdateCurrentUserInput, id: string, actor: Actor<User>): Promise<User> {
    return this.edit(id, 'user.update', actor, () => nameColumns(input));
  }

  lock(id: string, actor: Actor<User>): Promise<User> {
    return this.edit(id, 'user.lock', actor, (user) =>
      user.isLocked ? {} : { isLocked: true, lockedAt: new Date(), lockedBy: columnText(actor.name, 128) },
    );
  }

  unlock(id: string, actor: Actor<User>): Promise<User> {
    return this.edit(id, 'user.unlock', actor, () => ({ isLocked: false, lockedAt: null, lockedBy: null }));
  }

  approve(id: string, actor: Actor<User>): Promise<User> {
    return this.edit(id, 'user.approve', actor, () => ({ approvalStatus: 'approved' }));
  }

  reject(id: string, actor: Actor<User>): Promise<User> {
    return this.edit(id, 'user.reject', actor, () => ({ approvalStatus: 'rejected' }));
  }

  async delete(id: string, actor: Actor<User>): Promise<User> {
    const user = await this.existing(id);
    await this.database.transaction(async (manager) => {
      await this.users.delete(manager, user.id);
      await this.audit.success(manager, actor.doing('user.delete', user.id));
    });
    return user;
  }

  /** A new random password, to be changed at the next login. */
  async resetPassword(id: string, actor: Actor<User>): Promise<{ user: User; password: string }> {
    const user = await this.users.findByIdWithHash(id);
    if (!user) throw new UserNotFoundException();
    const password = this.randomPassword();
    const hash = await this.passwords.hash(password);
    const changed = await this.database.transaction(async (manager) => {
      return this.replacement.store(manager, user, hash, { mustChange: true }, actor, 'password.reset');
    });
    return { user: changed, password };
  }

  async existing(id: string): Promise<User> {
    const user = await this.users.findById(id);
    if (!user) throw new UserNotFoundException();
    return user;
  }

  /** Writes what `decide` says of the user as it is now, and ends the sessions of one who may no longer sign in. */
  private async edit(
    id: string,
    action: AuditAction,
    actor: Actor<User>,
    decide: (user: User) => UserValues,
  ): Promise<User> {
    const user = await this.existing(id);
    const decided = decide(user);
    if (Object.keys(decided).length === 0) return user;
    const values = { ...decided, updatedAt: new Date() };
    const changed = this.users.updated(user, values);
    const work = async (manager: EntityManager): Promise<void> => {
      if (!(await this.users.update(manager, user.id, values))) throw new UserNotFoundException();
      if (!changed.isOpen) await this.sessions.endAll(manager, user.id);
      await this.audit.success(manager, actor.doing(action, user.id));
    };
    await this.users.refusingDuplicates(values, () => this.database.transaction(work), user.id);
    return changed;
  }

  private randomPassword(): string {
    // 144 bits at least; longer only where the policy asks for it.
    return randomBytes(Math.max(18, this.options.minLength))
      .toString('base64url')
      .slice(0, this.options.maxLength);
  }
}
