import { Injectable } from '@nestjs/common';
import { randomBytes } from 'node:crypto';
import { type AuthException, UserNotFoundException } from '../errors/auth.exceptions.js';
import { AuditLog } from '../audit/audit.log.js';
import type { AuditAction } from '../audit/sso-audit-event.entity.js';
import { columnText } from '../database/column-text.js';
import { toInstant } from '../input/fields.js';
import { PasswordOptions } from '../password/password.options.js';
import { PasswordService } from '../password/password.service.js';
import { SessionService } from '../session/session.service.js';
import type { Actor } from './actor.js';
import { Authority, type Locked } from './authority.js';
import { assertOwnColumns } from './own-account.rules.js';
import { throwAll } from '../errors/faults.js';
import { hookContext, Hooks } from './hooks.js';
import { PasswordReplacement } from './password-replacement.js';
import type { SsoUserBase } from '../user/sso-user.entity.js';
import type { CreateUserInput, SignUpInput, UpdateCurrentUserInput, UpdateUserInput } from './user.inputs.js';
import { changedColumns, nameColumns, newUser, verificationColumn } from '../user/user.columns.js';
import { type UniqueNames, UserStore, type UserValues } from '../user/user.store.js';

/** A user just created. */
export interface CreatedUser<User extends SsoUserBase = SsoUserBase> {
  user: User;
  /** Only when it was generated; it is stored nowhere. */
  password?: string;
}

/** What an edit is, and by whom. */
interface Edit<User extends SsoUserBase> {
  action: AuditAction;
  actor: Actor<User>;
  /** @default true */
  superUser?: boolean;
  /** Those that are given, which nobody else may have. */
  names?: UniqueNames;
}

/** Accounts made, edited and ended, by actors who were found entitled to. */
@Injectable()
export class Accounts<User extends SsoUserBase = SsoUserBase> {
  constructor(
    private readonly authority: Authority<User>,
    private readonly users: UserStore<User>,
    private readonly sessions: SessionService<User>,
    private readonly passwords: PasswordService,
    private readonly replacement: PasswordReplacement<User>,
    private readonly hooks: Hooks,
    private readonly audit: AuditLog,
    private readonly options: PasswordOptions,
  ) {}

  async create(input: CreateUserInput, actor: Actor<User>): Promise<CreatedUser<User>> {
    const {
      password,
      passwordExpiry,
      isSuperUser = false,
      autoApprove = false,
      emailVerified,
      ...names
    } = input;
    // A password that a person has generated for somebody else must not become that one's own (ASVS 6.4.1).
    const { mustChange = password === undefined && actor.session !== null } = input;
    throwAll(await this.refusalsOf(input, actor));
    const plain = password ?? this.randomPassword();
    const passwordHash = await this.passwords.hash(plain, actor.hashOrigin);

    const now = new Date();
    const values: UserValues = {
      ...nameColumns(names),
      ...verificationColumn({ email: null, emailVerifiedAt: null }, names.email, emailVerified, now),
      ...this.replacement.columns(passwordHash, { mustChange, expiry: passwordExpiry }, now),
      isSuperUser,
      approvalStatus: autoApprove ? 'approved' : 'before_decision',
    };
    const user = await this.insert(actor, values, { action: 'user.create', superUser: true });
    return password === undefined ? { user, password: plain } : { user };
  }

  /** A stranger's own account; `defaults` is what the host says of such accounts. */
  async signUp(input: SignUpInput, defaults: UserValues, actor: Actor<User>): Promise<User> {
    const { password, ...names } = input;
    throwAll(await this.refusalsOf(input, actor));
    const passwordHash = await this.passwords.hash(password, actor.hashOrigin);
    const values: UserValues = {
      ...this.replacement.columns(passwordHash, { mustChange: false }, new Date()),
      ...defaults,
      ...nameColumns(names),
    };
    return this.insert(actor, values, { action: 'user.register', superUser: false });
  }

  /** What refuses a new account, as far as its fields are given: names that are taken, and a password that is no good. */
  async refusalsOf(
    { password, ...names }: Partial<CreateUserInput>,
    actor: Actor<User>,
  ): Promise<AuthException[]> {
    return [
      ...(await this.users.takenOf(names)),
      ...(password === undefined
        ? []
        : await this.replacement.refusalsOf(password, names, actor, 'password')),
    ];
  }

  /** What of {@link refusalsOf} can be told without a look-up. */
  async quickRefusalsOf({ password, ...names }: Partial<CreateUserInput>): Promise<AuthException[]> {
    return password === undefined ? [] : this.replacement.quickRefusalsOf(password, names, 'password');
  }

  /** Writes a user for an actor; `values` are not looked at. */
  insert(
    actor: Actor<User>,
    values: UserValues,
    { action, superUser }: { action: 'user.create' | 'user.register'; superUser: boolean },
  ): Promise<User> {
    const user = newUser(values, new Date());
    return this.users.refusingDuplicates(user, () =>
      this.authority.act(actor, { superUser }, async (manager) => {
        const inserted = await this.users.insert(manager, user);
        await this.audit.success(manager, actor.auditEntry(action, inserted.id));
        if (action === 'user.register') this.hooks.registered(manager, hookContext(inserted, actor.caller));
        return inserted;
      }),
    );
  }

  async update(
    id: string,
    { passwordExpiresAt, mustChange, isActive, isSuperUser, emailVerified, ...names }: UpdateUserInput,
    actor: Actor<User>,
  ): Promise<User> {
    const values: UserValues = {
      ...nameColumns(names),
      ...(isActive !== undefined && { isActive }),
      ...(isSuperUser !== undefined && { isSuperUser }),
      ...(mustChange !== undefined && { passwordMustChange: mustChange }),
      ...(passwordExpiresAt !== undefined && { passwordExpiresAt: toInstant(passwordExpiresAt) }),
    };
    const action = isSuperUser === undefined ? 'user.update' : 'user.role';
    const decide = (user: User): UserValues => {
      const verification = verificationColumn(user, names.email, emailVerified, new Date());
      const decided = { ...values, ...verification };
      if (actor.is(user.id)) assertOwnColumns(changedColumns(user, decided));
      return decided;
    };
    return this.edit(id, { action, actor, names }, decide);
  }

  updateOwn(input: UpdateCurrentUserInput, id: string, actor: Actor<User>): Promise<User> {
    const edit: Edit<User> = { action: 'user.update', actor, superUser: false, names: input };
    return this.edit(id, edit, (user) => ({
      ...nameColumns(input),
      ...verificationColumn(user, input.email, undefined, new Date()),
    }));
  }

  lock(id: string, actor: Actor<User>): Promise<User> {
    return this.edit(id, { action: 'user.lock', actor }, (user) =>
      user.isLocked ? {} : { isLocked: true, lockedAt: new Date(), lockedBy: columnText(actor.name, 128) },
    );
  }

  unlock(id: string, actor: Actor<User>): Promise<User> {
    const values = { isLocked: false, lockedAt: null, lockedBy: null };
    return this.edit(id, { action: 'user.unlock', actor }, () => values);
  }

  approve(id: string, actor: Actor<User>): Promise<User> {
    return this.edit(id, { action: 'user.approve', actor }, () => ({ approvalStatus: 'approved' }));
  }

  reject(id: string, actor: Actor<User>): Promise<User> {
    return this.edit(id, { action: 'user.reject', actor }, () => ({ approvalStatus: 'rejected' }));
  }

  delete(id: string, actor: Actor<User>): Promise<User> {
    const requirement = { targetId: id, superUser: true, mayTakeSuperUser: true };
    return this.users.refusingReferences(() =>
      this.authority.actOn(actor, requirement, async (locked) => {
        const { manager, target } = locked;
        this.authority.keepSuperUser(locked, null);
        // The database would delete them along, but tell nobody.
        await this.sessions.endAll(manager, target.id);
        await this.users.delete(manager, target.id);
        await this.audit.success(manager, actor.auditEntry('user.delete', target.id));
        return target;
      }),
    );
  }

  /** A new random password, to be changed at the next login. */
  async resetPassword(id: string, actor: Actor<User>): Promise<{ user: User; password: string }> {
    const user = await this.users.findByIdWithHash(id);
    if (!user) throw new UserNotFoundException();
    const password = this.randomPassword();
    const hash = await this.passwords.hash(password, actor.hashOrigin);
    const changed = await this.authority.actOn(actor, { targetId: id, superUser: true }, ({ manager }) =>
      this.replacement.store(manager, user, hash, { mustChange: true }, actor, 'password.reset'),
    );
    return { user: changed, password };
  }

  async findOrFail(id: string): Promise<User> {
    const user = await this.users.findById(id);
    if (!user) throw new UserNotFoundException();
    return user;
  }

  /** Writes what `decide` says of the user as it is now, and ends the sessions of one who may no longer sign in. */
  private edit(
    id: string,
    { action, actor, superUser = true, names = {} }: Edit<User>,
    decide: (user: User) => UserValues,
  ): Promise<User> {
    const work = async (locked: Locked<User>): Promise<User> => {
      const { manager, target } = locked;
      const decided = decide(target);
      if (Object.keys(decided).length === 0) return target;
      const values = { ...decided, updatedAt: new Date() };
      const changed = this.users.updated(target, values);
      this.authority.keepSuperUser(locked, changed);
      if (!(await this.users.update(manager, target.id, values))) throw new UserNotFoundException();
      if (!changed.isOpen) await this.sessions.endAll(manager, target.id);
      await this.audit.success(manager, actor.auditEntry(action, target.id));
      return changed;
    };
    return this.users.refusingDuplicates(
      names,
      () => this.authority.actOn(actor, { targetId: id, superUser, mayTakeSuperUser: superUser }, work),
      id,
    );
  }

  private randomPassword(): string {
    // 144 bits at least; longer only where the policy asks for it.
    return randomBytes(Math.max(18, this.options.minLength))
      .toString('base64url')
      .slice(0, this.options.maxLength);
  }
}
