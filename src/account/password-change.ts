import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import {
  IncorrectPasswordException,
  NotAuthenticatedException,
  SuperUserRequiredException,
} from './account.exceptions.js';
import type { AuthException } from '../errors/auth.exception.js';
import { InvalidFieldException, MissingFieldsException } from '../input/input.exceptions.js';
import { UserNotFoundException } from '../user/user.exceptions.js';
import { withOthers } from '../errors/faults.js';
import { type Inspected, missingField } from '../input/check-input.js';
import { translatable } from '../messages/phrase.js';
import { SessionService } from '../session/session.service.js';
import type { SsoUserBase } from '../user/sso-user.entity.js';
import { AccountEvents } from './account.events.js';
import { AccountPasswords, namesOf, type PasswordTerms } from './account.passwords.js';
import type { Actor } from './actor.js';
import { Authority } from './authority.js';
import type { SsoCaller } from './caller.js';
import { PasswordStore } from './password.store.js';
import type { ChangePasswordInput } from './user.inputs.js';
import { UserSettings } from './user.settings.js';

/** A password just changed. */
export interface ChangedPassword<User extends SsoUserBase = SsoUserBase> {
  user: User;
  /** The caller's new token, when `changePassword.keepCurrentSession` keeps that session. */
  token?: string;
}

/** A new password that was checked and hashed. */
export interface HashedPassword extends PasswordTerms {
  hash: string;
  /** The one session of the user that does not end. */
  exceptSessionId?: string | undefined;
  /** What the audit calls it. @default 'password.change' */
  action?: 'password.change' | 'password.reset';
}

/** Changes passwords: one's own with the present one, somebody else's as a super-user. */
@Injectable()
export class PasswordChange<User extends SsoUserBase = SsoUserBase> {
  constructor(
    private readonly authority: Authority<User>,
    private readonly store: PasswordStore<User>,
    private readonly passwords: AccountPasswords<User>,
    private readonly sessions: SessionService<User>,
    private readonly events: AccountEvents,
    private readonly settings: UserSettings,
  ) {}

  /** For an input that is refused, one answer tells of everything that needs no look-up. */
  async change(
    { refusal, valid }: Inspected<ChangePasswordInput>,
    caller: SsoCaller,
  ): Promise<ChangedPassword<User>> {
    // Looked up again even where a guard has found the session: the rules hold for callers in code too.
    if (!refusal) return this.changeFor(await this.authority.requireActor(caller), valid);
    throw await withOthers(refusal, async () =>
      this.quickRefusalsOf(valid, await this.authority.requireActor(caller)),
    );
  }

  /**
   * Gives a user a new random password, to be changed at the next login.
   *
   * @throws TooManyAttemptsException, UserNotFoundException, ConcurrentChangeException
   */
  async reset(userId: string, actor: Actor<User>): Promise<{ user: User; password: string }> {
    await this.passwords.countChange(actor);
    const user = await this.findOrFail(userId);
    const password = this.passwords.generate();
    const hash = await this.passwords.hash(password, actor);
    const next = { hash, mustChange: true, action: 'password.reset' } as const;
    const conditions = { targetId: userId, superUser: true };
    const changed = await this.authority.actOn(actor, conditions, ({ manager }) =>
      this.replace(manager, user, next, actor),
    );
    return { user: changed, password };
  }

  /**
   * Stores the hash, ends the user's sessions and records it, in the transaction of `manager`.
   *
   * @param user as it was when the new password was checked
   * @returns the user as it is now
   * @throws ConcurrentChangeException when the password has changed since
   */
  async replace(
    manager: EntityManager,
    user: User,
    { hash, exceptSessionId, action = 'password.change', ...terms }: HashedPassword,
    actor: Actor<User>,
  ): Promise<User> {
    const now = new Date();
    const changed = await this.store.replace(manager, user, this.passwords.columns(hash, terms, now), now);
    await this.sessions.endAll(manager, user.id, exceptSessionId);
    await this.events.passwordChanged(manager, actor, user, action);
    return changed;
  }

  /** What can be told before anything is counted. */
  private async quickRefusalsOf(
    { newPassword, userId }: Partial<ChangePasswordInput>,
    actor: Actor<User>,
  ): Promise<AuthException[]> {
    if (newPassword === undefined) return [];
    const { session } = actor;
    const isOwn = session !== null && (userId === undefined || actor.is(userId));
    return this.passwords.quickRefusalsOf(newPassword, isOwn ? namesOf(session.user) : {});
  }

  private async changeFor(actor: Actor<User>, input: ChangePasswordInput): Promise<ChangedPassword<User>> {
    const { userId = actor.session?.user.id, mustChange, passwordExpiry } = input;
    if (userId === undefined) throw new MissingFieldsException([missingField('user_id')]);
    const isSelf = actor.is(userId);
    try {
      if (!actor.isSuperUser && (!isSelf || mustChange !== undefined || passwordExpiry !== undefined)) {
        throw new SuperUserRequiredException();
      }
      if (isSelf) return await this.changeOwn(input, userId, actor);
      this.authority.assertNoRequirementDue(actor);
      return await this.changeOther(input, userId, actor);
    } catch (error) {
      await this.events.recordFailure(error, actor, 'password.change', userId);
      throw error;
    }
  }

  private async changeOwn(
    { oldPassword, newPassword, mustChange, passwordExpiry }: ChangePasswordInput,
    userId: string,
    actor: Actor<User>,
  ): Promise<ChangedPassword<User>> {
    if (oldPassword === undefined) throw new MissingFieldsException([missingField('old_password')]);
    const user = await this.store.findWithHash(userId);
    if (!user || !actor.session) throw new NotAuthenticatedException();
    await this.passwords.countChange(actor);
    if (!(await this.passwords.verifyCurrent(user, oldPassword, actor))) {
      // How the new one compares with the present and earlier ones is told only to people who know the present one: it would
      // be a way to guess them.
      throw await withOthers(new IncorrectPasswordException(), () =>
        this.passwords.refusalsOf(newPassword, namesOf(user), actor),
      );
    }
    const hash = await this.passwords.hashNext(user, newPassword, actor, oldPassword);

    const { session } = actor;
    const exceptSessionId = this.settings.keepCurrentSession ? session.id : undefined;
    const superUser = mustChange !== undefined || passwordExpiry !== undefined;
    const conditions = { superUser, meets: 'password_change_required', recordsRefusal: true } as const;
    return this.authority.act(actor, conditions, async (manager) => {
      const next = { hash, mustChange: mustChange ?? false, expiry: passwordExpiry, exceptSessionId };
      const changed = await this.replace(manager, user, next, actor);
      if (exceptSessionId === undefined) return { user: changed };
      const token = await this.sessions.rotate(manager, session, changed.passwordVersion);
      return { user: changed, token };
    });
  }

  private async changeOther(
    { oldPassword, newPassword, mustChange = true, passwordExpiry }: ChangePasswordInput,
    userId: string,
    actor: Actor<User>,
  ): Promise<ChangedPassword<User>> {
    if (oldPassword !== undefined) {
      const key = 'error.invalid_field.old_password';
      throw new InvalidFieldException([
        translatable({ field: 'old_password', code: 'invalid_field' }, { key }),
      ]);
    }
    const user = await this.findOrFail(userId);
    await this.passwords.countChange(actor);
    const hash = await this.passwords.hashNext(user, newPassword, actor);
    const next = { hash, mustChange, expiry: passwordExpiry };
    const conditions = { superUser: true, targetId: user.id, recordsRefusal: true };
    return this.authority.actOn(actor, conditions, async ({ manager }) => ({
      user: await this.replace(manager, user, next, actor),
    }));
  }

  private async findOrFail(userId: string): Promise<User> {
    const user = await this.store.findWithHash(userId);
    if (!user) throw new UserNotFoundException();
    return user;
  }
}
