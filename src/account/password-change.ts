import { Injectable } from '@nestjs/common';
import {
  AuthException,
  IncorrectPasswordException,
  InvalidFieldException,
  MissingFieldsException,
  NotAuthenticatedException,
  SuperUserRequiredException,
  UserNotFoundException,
} from '../errors/auth.exceptions.js';
import { AuditLog } from '../audit/audit.log.js';
import { type Inspected, missingField } from '../input/check-input.js';
import { translatable } from '../messages/phrase.js';
import { PasswordService } from '../password/password.service.js';
import { isRepeated, Throttle } from '../throttle/throttle.js';
import { SessionService } from '../session/session.service.js';
import type { Actor } from './actor.js';
import { Authority } from './authority.js';
import { attempterOf, type SsoCaller } from './caller.js';
import { withOthers } from '../errors/faults.js';
import { namesOf, PasswordReplacement } from './password-replacement.js';
import type { SsoUserBase } from '../user/sso-user.entity.js';
import type { ChangePasswordInput } from './user.inputs.js';
import { UserSettings } from './user.settings.js';
import { UserStore } from '../user/user.store.js';

/** A password just changed. */
export interface ChangedPassword<User extends SsoUserBase = SsoUserBase> {
  user: User;
  /** The caller's new token, when `changePassword.keepCurrentSession` keeps that session. */
  token?: string;
}

/** Changes a password: one's own against the old one, or as a super-user somebody else's. */
@Injectable()
export class PasswordChange<User extends SsoUserBase = SsoUserBase> {
  constructor(
    private readonly authority: Authority<User>,
    private readonly users: UserStore<User>,
    private readonly sessions: SessionService<User>,
    private readonly passwords: PasswordService,
    private readonly replacement: PasswordReplacement<User>,
    private readonly throttle: Throttle,
    private readonly audit: AuditLog,
    private readonly settings: UserSettings,
  ) {}

  /** Of an input that is refused, everything is told at once that needs no look-up. */
  async run(
    { refusal, sound }: Inspected<ChangePasswordInput>,
    caller: SsoCaller,
  ): Promise<ChangedPassword<User>> {
    if (refusal) {
      throw await withOthers(refusal, async () =>
        this.refusalsOf(sound, await this.authority.requireActor(caller)),
      );
    }
    return this.change(sound, await this.authority.requireActor(caller));
  }

  /** What can be told before anything is counted. */
  private async refusalsOf(
    { newPassword, userId }: Partial<ChangePasswordInput>,
    actor: Actor<User>,
  ): Promise<AuthException[]> {
    if (newPassword === undefined) return [];
    const { session } = actor;
    const isOwn = session !== null && (userId === undefined || actor.is(userId));
    const context = isOwn ? namesOf(session.user) : {};
    return this.replacement.quickRefusalsOf(newPassword, context);
  }

  private async change(input: ChangePasswordInput, actor: Actor<User>): Promise<ChangedPassword<User>> {
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
      if (error instanceof AuthException && !isRepeated(error))
        await this.audit.failure(actor.auditEntry('password.change', userId), error);
      throw error;
    }
  }

  private async changeOwn(
    { oldPassword, newPassword, mustChange, passwordExpiry }: ChangePasswordInput,
    userId: string,
    actor: Actor<User>,
  ): Promise<ChangedPassword<User>> {
    if (oldPassword === undefined) throw new MissingFieldsException([missingField('old_password')]);
    const user = await this.users.findByIdWithHash(userId);
    if (!user || !actor.session) throw new NotAuthenticatedException();
    await this.throttle.change(actor.name, attempterOf(actor.caller));
    const verify = (): Promise<boolean> =>
      this.passwords.verify(oldPassword, user.passwordHash, actor.hashOrigin);
    if (!(await this.throttle.oldPassword(user.id, verify))) {
      // What the new one has to do with the present and earlier ones is told only to whoever knows the old one: it would be a
      // way to guess them.
      const find = (): Promise<readonly AuthException[]> =>
        this.replacement.refusalsFor(user, newPassword, actor);
      throw await withOthers(new IncorrectPasswordException(), find);
    }
    const hash = await this.replacement.acceptedFor(user, newPassword, actor, oldPassword);

    const { id: sessionId } = actor.session;
    const keepSession = this.settings.keepCurrentSession ? sessionId : undefined;
    const needsSuperUser = mustChange !== undefined || passwordExpiry !== undefined;
    const requirement = {
      superUser: needsSuperUser,
      meets: 'password_change_required',
      recordsRefusal: true,
    } as const;
    return this.authority.act(actor, requirement, async (manager) => {
      const terms = { mustChange: mustChange ?? false, expiry: passwordExpiry, keepSession };
      const changed = await this.replacement.store(manager, user, hash, terms, actor);
      if (keepSession === undefined) return { user: changed };
      const token = await this.sessions.rotate(manager, sessionId, changed.passwordVersion);
      return { user: changed, token };
    });
  }

  private async changeOther(
    { oldPassword, newPassword, mustChange = true, passwordExpiry }: ChangePasswordInput,
    userId: string,
    actor: Actor<User>,
  ): Promise<ChangedPassword<User>> {
    if (oldPassword !== undefined) {
      throw new InvalidFieldException([
        translatable(
          { field: 'old_password', code: 'invalid_field' },
          { key: 'error.invalid_field.old_password' },
        ),
      ]);
    }
    const user = await this.users.findByIdWithHash(userId);
    if (!user) throw new UserNotFoundException();
    await this.throttle.change(actor.name, attempterOf(actor.caller));
    const hash = await this.replacement.acceptedFor(user, newPassword, actor);
    const terms = { mustChange, expiry: passwordExpiry };
    return this.authority.actOn(
      actor,
      { superUser: true, targetId: user.id, recordsRefusal: true },
      async ({ manager }) => ({ user: await this.replacement.store(manager, user, hash, terms, actor) }),
    );
  }
}
