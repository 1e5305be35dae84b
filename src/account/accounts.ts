import { Injectable } from '@nestjs/common';
import type { AuditAction } from '../audit/audit.actions.js';
import { columnText } from '../database/column-text.js';
import { UserNotFoundException } from '../user/user.exceptions.js';
import { toInstant } from '../input/fields.js';
import { SessionService } from '../session/session.service.js';
import type { SsoUserBase } from '../user/sso-user.entity.js';
import { changedColumns, fieldColumns, nameColumns, verificationColumn } from '../user/user.columns.js';
import { type UniqueNames, UserStore, type UserValues } from '../user/user.store.js';
import { AccountEvents } from './account.events.js';
import type { Actor } from './actor.js';
import { Authority, type Locked } from './authority.js';
import { assertOwnColumns } from './own-account.rules.js';
import type { UpdateCurrentUserInput, UpdateUserInput } from './user.inputs.js';

/** What an edit is, and by whom. */
interface Edit<User extends SsoUserBase> {
  action: AuditAction;
  actor: Actor<User>;
  /** @default true */
  superUser?: boolean;
  /** Those that are given, which nobody else may have. */
  names?: UniqueNames;
}

/** Edits and deletes accounts for actors who may. */
@Injectable()
export class Accounts<User extends SsoUserBase = SsoUserBase> {
  constructor(
    private readonly authority: Authority<User>,
    private readonly users: UserStore<User>,
    private readonly sessions: SessionService<User>,
    private readonly events: AccountEvents,
  ) {}

  async update(
    id: string,
    { passwordExpiresAt, mustChange, isActive, isSuperUser, emailVerified, ...names }: UpdateUserInput,
    actor: Actor<User>,
  ): Promise<User> {
    const values: UserValues = {
      ...nameColumns(names),
      ...fieldColumns(this.users.entity, names),
      ...(isActive !== undefined && { isActive }),
      ...(isSuperUser !== undefined && { isSuperUser }),
      ...(mustChange !== undefined && { passwordMustChange: mustChange }),
      ...(passwordExpiresAt !== undefined && { passwordExpiresAt: toInstant(passwordExpiresAt) }),
    };
    const action = isSuperUser === undefined ? 'user.update' : 'user.role';
    const decide = (user: User): UserValues => {
      const verification = verificationColumn(user, names.email, emailVerified, new Date());
      const decided = { ...values, ...verification };
      if (actor.is(user.id)) assertOwnColumns(changedColumns(user, decided), this.users.entity);
      return decided;
    };
    return this.edit(id, { action, actor, names }, decide);
  }

  updateOwn(input: UpdateCurrentUserInput, id: string, actor: Actor<User>): Promise<User> {
    const edit: Edit<User> = { action: 'user.update', actor, superUser: false, names: input };
    return this.edit(id, edit, (user) => ({
      ...nameColumns(input),
      ...fieldColumns(this.users.entity, input),
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
    return this.users.mapReferences(() =>
      this.authority.actOn(actor, requirement, async (locked) => {
        const { manager, target } = locked;
        this.authority.keepSuperUser(locked, null);
        // The database would delete them along, but tell nobody.
        await this.sessions.endAll(manager, target.id);
        await this.users.delete(manager, target.id);
        await this.events.record(manager, actor, 'user.delete', target.id);
        return target;
      }),
    );
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
      await this.events.record(manager, actor, action, target.id);
      return changed;
    };
    return this.users.mapDuplicates(
      names,
      () => this.authority.actOn(actor, { targetId: id, superUser, mayTakeSuperUser: superUser }, work),
      id,
    );
  }
}
