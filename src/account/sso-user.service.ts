import { Injectable, type Type } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { NotAuthenticatedException } from './account.exceptions.js';
import { AuditLog } from '../audit/audit.log.js';
import type { SsoAuditEvent } from '../audit/sso-audit-event.entity.js';
import { Database } from '../database/database.js';
import { checkInput, inspectInput, missingField } from '../input/check-input.js';
import { endOf, startOf } from '../input/fields.js';
import { MissingFieldsException } from '../input/input.exceptions.js';
import type { PasswordFailure } from '../password/password-failure.js';
import { type PasswordContext, PasswordPolicy } from '../password/password.policy.js';
import type { AuthenticatedSession } from '../session/authenticated-session.js';
import { SessionService } from '../session/session.service.js';
import type { SsoSession } from '../session/sso-session.entity.js';
import { AccountSessions } from './account.sessions.js';
import { Accounts } from './accounts.js';
import { Actor } from './actor.js';
import { Authority } from './authority.js';
import { isCaller, type SsoCaller, systemCaller } from './caller.js';
import { type CreatedUser, NewAccounts } from './new-accounts.js';
import { type ChangedPassword, PasswordChange } from './password-change.js';
import { PasswordLogin } from './password-login.js';
import type { LoginResult } from './sign-in.js';
import type { SsoUser, SsoUserBase } from '../user/sso-user.entity.js';
import { type ImportOutcome, UserImport } from './user-import.js';
import {
  ChangePasswordInput,
  CreateSuperUserInput,
  CreateUserInput,
  FindUserInput,
  ImportOptions,
  type ImportUserInput,
  LoginInput,
  PageInput,
  SearchAuditInput,
  SearchUsersInput,
  SignUpInput,
  UpdateCurrentUserInput,
  UpdateUserInput,
} from './user.inputs.js';
import { type OwnFields, withUserFields } from '../user/user-input.js';
import { UserNotFoundException } from '../user/user.exceptions.js';
import { UserStore } from '../user/user.store.js';

/** A page of users. */
export interface UserPage<User extends SsoUserBase = SsoUserBase> {
  users: User[];
  /** From 1. */
  page: number;
  pageSize: number;
  /** How many users there are on all pages. */
  total: number;
}

/** A page of sessions. */
export interface SessionPage {
  sessions: SsoSession[];
  /** From 1. */
  page: number;
  pageSize: number;
  /** How many sessions there are on all pages. */
  total: number;
}

/** A page of audit events. */
export interface AuditPage {
  events: SsoAuditEvent[];
  /** From 1. */
  page: number;
  pageSize: number;
  /** How many events there are on all pages. */
  total: number;
}

/**
 * Users, their passwords and their sessions. Every method that acts for somebody takes a *caller* and decides here,
 * and only here, whether that caller may.
 *
 * In addition to the errors that it names, each method may throw `NotAuthenticatedException`, `InvalidFieldException`,
 * `MissingFieldsException`, `AppNotAllowedException` and `ServiceUnavailableException`, and every one that writes
 * `DataConflictException` and `OutcomeUnknownException`.
 */
@Injectable()
export class SsoUserService<User extends SsoUserBase = SsoUser> {
  /** @internal */
  constructor(
    private readonly authority: Authority<User>,
    private readonly passwordLogin: PasswordLogin<User>,
    private readonly accounts: Accounts<User>,
    private readonly newAccounts: NewAccounts<User>,
    private readonly imports: UserImport<User>,
    private readonly passwordChange: PasswordChange<User>,
    private readonly accountSessions: AccountSessions<User>,
    private readonly users: UserStore<User>,
    private readonly sessions: SessionService<User>,
    private readonly policy: PasswordPolicy,
    private readonly database: Database,
    private readonly audit: AuditLog,
  ) {}

  /**
   * The one trusted caller, for seeds, jobs and the command line. Never let request data choose it.
   *
   * @param name recorded in the audit as `system:<name>`
   */
  static system(name: string): SsoCaller {
    return systemCaller(name);
  }

  /**
   * Runs work in which every call of this service takes part in a transaction of your own: it is written with your
   * commit or not at all. Hooks, audit sinks and events come after your commit. What is refused is recorded after the
   * end of the transaction, whichever it is.
   *
   * @param manager the `EntityManager` of your transaction, on the data source of `AuthModule`
   * @throws Error when no transaction is open there
   */
  within<T>(manager: EntityManager, work: () => Promise<T>): Promise<T> {
    return this.database.within(manager, work);
  }

  /**
   * Changes the caller's own password, who must give the old one, or, for a super-user, somebody else's. All sessions
   * of that user end; see `changePassword.keepCurrentSession` for the exception.
   *
   * @throws SuperUserRequiredException for somebody else's `userId`, `mustChange` or `passwordExpiry`
   * @throws TooManyAttemptsException before the old password is looked at
   * @throws IncorrectPasswordException when `oldPassword` is wrong
   * @throws UserNotFoundException
   * @throws PasswordPolicyException with every rule that the new password breaks
   * @throws ConcurrentChangeException when somebody else was faster; nothing is written then
   */
  async changePassword(input: ChangePasswordInput, caller: SsoCaller): Promise<ChangedPassword<User>> {
    return this.passwordChange.change(inspectInput(ChangePasswordInput, input), caller);
  }

  /**
   * Creates a user; without `password` a random one is generated and returned once.
   *
   * @throws SuperUserRequiredException, TooManyAttemptsException
   * @throws UsernameTakenException, EmailTakenException
   * @throws PasswordPolicyException
   */
  async createUser(input: CreateUserInput & OwnFields<User>, caller: SsoCaller): Promise<CreatedUser<User>> {
    return this.newAccounts.create(inspectInput(this.withFields(CreateUserInput), input), caller);
  }

  /** {@link createUser} for a super-user, who needs no approval. */
  async createSuperUser(
    input: CreateSuperUserInput & OwnFields<User>,
    caller: SsoCaller,
  ): Promise<CreatedUser<User>> {
    const fixed = { isSuperUser: true, autoApprove: true };
    return this.newAccounts.create(inspectInput(this.withFields(CreateSuperUserInput), input), caller, fixed);
  }

  /**
   * Takes users of another system over with the hashes they have there, which their next logins replace. A user name
   * that somebody has is skipped, so repeating it changes nothing.
   *
   * @returns what became of each, in the order given
   * @throws SystemCallerRequiredException
   */
  async importUsers(
    inputs: readonly (ImportUserInput & OwnFields<User>)[],
    caller: SsoCaller,
    options: ImportOptions = {},
  ): Promise<ImportOutcome[]> {
    const checked = checkInput(ImportOptions, options);
    return this.imports.run(inputs, await this.authority.requireSystem(caller), checked);
  }

  /**
   * Registers a stranger with the option `register.userDefaults`; nobody is logged in.
   *
   * @param challenge runs before anything is looked up, such as a captcha; it refuses by throwing
   * @throws TooManyAttemptsException
   * @throws UsernameTakenException, EmailTakenException
   * @throws PasswordPolicyException
   */
  async signUp(
    input: SignUpInput & OwnFields<User>,
    caller: SsoCaller,
    challenge?: () => Promise<void>,
  ): Promise<User> {
    return this.newAccounts.signUp(inspectInput(this.withFields(SignUpInput), input), caller, challenge);
  }

  /**
   * Logs in. A session that the caller's token already names is ended. Blanks around the user name do not count.
   *
   * @param challenge runs before the password is looked at, such as a captcha; it refuses by throwing an
   * `AuthException`, which counts as a failed login
   * @throws TooManyAttemptsException before the password is looked at
   * @throws InvalidCredentialsException for an unknown user as for a wrong password
   * @throws AccountLockedException, AccountInactiveException, AccountNotApprovedException, PasswordExpiredException
   * only after the right password
   * @throws PasswordPolicyException when `newPassword` breaks a rule; no session is opened then
   */
  async login(
    input: LoginInput,
    caller: SsoCaller,
    challenge?: () => Promise<void>,
  ): Promise<LoginResult<User>> {
    return this.passwordLogin.login(checkInput(LoginInput, input), caller, challenge);
  }

  /**
   * Ends the caller's session; a session that has already ended is not an error.
   *
   * @throws NotAuthenticatedException when the caller has no token at all
   */
  async logout(caller: SsoCaller): Promise<void> {
    if (!isCaller(caller) || !caller.token) throw new NotAuthenticatedException();
    const session = await this.sessions.find(caller.token);
    const end = async (manager: EntityManager): Promise<void> => {
      await this.sessions.endByToken(manager, caller.token);
      if (!session) return;
      const { id } = session.user;
      await this.audit.success(manager, new Actor(id, session, caller).auditEntry('logout', id));
    };
    await this.database.transaction(end, session ? [session.user.id] : []);
  }

  /** The signed-in user. */
  async getCurrentUser(caller: SsoCaller): Promise<User> {
    return (await this.authority.requireSession(caller)).user;
  }

  /** The live session. */
  async getCurrentSession(caller: SsoCaller): Promise<AuthenticatedSession<User>> {
    return this.authority.requireSession(caller);
  }

  /**
   * Changes the signed-in user's own email address, names, and the columns that `@UserField({ profile: true })` marks;
   * renaming is for super-users.
   *
   * @throws EmailTakenException
   */
  async updateCurrentUser(input: UpdateCurrentUserInput & OwnFields<User>, caller: SsoCaller): Promise<User> {
    const data = checkInput(this.withFields(UpdateCurrentUserInput), input);
    const actor = await this.authority.requireActiveActor(caller);
    if (!actor.session) throw new NotAuthenticatedException();
    return this.accounts.updateOwn(data, actor.session.user.id, actor);
  }

  /** One user, for super-users. @throws SuperUserRequiredException, UserNotFoundException */
  async getUserById(userId: string, caller: SsoCaller): Promise<User> {
    await this.authority.requireSuperUserOver(caller, userId, 'user.read');
    return this.accounts.findOrFail(userId);
  }

  /**
   * The user who has the user name, the email address, or both, in any case or Unicode form; for super-users.
   *
   * @throws MissingFieldsException when neither is given
   * @throws SuperUserRequiredException, UserNotFoundException
   */
  async findUser(input: FindUserInput, caller: SsoCaller): Promise<User> {
    const names = checkInput(FindUserInput, input);
    const { username, email } = names;
    if (username === undefined && email === undefined) {
      throw new MissingFieldsException([missingField('username'), missingField('email')]);
    }
    await this.authority.requireSuperUser(caller);
    const user = await this.users.findByNames(names);
    if (!user) throw new UserNotFoundException();
    return user;
  }

  /** One page of users, by default in the order of their names. @throws SuperUserRequiredException */
  async searchUsers(input: SearchUsersInput, caller: SsoCaller): Promise<UserPage<User>> {
    const { page = 1, pageSize = 20, ...criteria } = checkInput(SearchUsersInput, input);
    await this.authority.requireSuperUser(caller);
    const [users, total] = await this.users.search({ ...criteria, page, pageSize });
    return { users, page, pageSize, total };
  }

  /**
   * Changes a user's names, address, state and password terms; what is absent stays as it is.
   *
   * @throws SuperUserRequiredException, UserNotFoundException
   * @throws CannotTargetSelfException when super-users would change more of their own account than its names
   * @throws LastSuperUserException when the system would demote or deactivate the last active super-user
   * @throws UsernameTakenException, EmailTakenException
   */
  async updateUserById(
    userId: string,
    input: UpdateUserInput & OwnFields<User>,
    caller: SsoCaller,
  ): Promise<User> {
    const data = checkInput(this.withFields(UpdateUserInput), input);
    return this.accounts.update(
      userId,
      data,
      await this.authority.requireSuperUserOver(caller, userId, 'user.update'),
    );
  }

  /**
   * Deletes a user with all sessions; the audit events stay.
   *
   * @throws SuperUserRequiredException, UserNotFoundException, CannotTargetSelfException
   * @throws LastSuperUserException when the system would delete the last active super-user
   */
  async deleteUserById(userId: string, caller: SsoCaller): Promise<User> {
    return this.accounts.delete(
      userId,
      await this.authority.requireSuperUserOver(caller, userId, 'user.delete'),
    );
  }

  /** Keeps a user out and ends all sessions; repeating it changes nothing. @throws as {@link deleteUserById} */
  async lockUser(userId: string, caller: SsoCaller): Promise<User> {
    return this.accounts.lock(userId, await this.authority.requireSuperUserOver(caller, userId, 'user.lock'));
  }

  /** Lets a locked user in again. @throws SuperUserRequiredException, UserNotFoundException */
  async unlockUser(userId: string, caller: SsoCaller): Promise<User> {
    return this.accounts.unlock(
      userId,
      await this.authority.requireSuperUserOver(caller, userId, 'user.unlock'),
    );
  }

  /** Lets a registered user log in. @throws SuperUserRequiredException, UserNotFoundException */
  async approveUser(userId: string, caller: SsoCaller): Promise<User> {
    return this.accounts.approve(
      userId,
      await this.authority.requireSuperUserOver(caller, userId, 'user.approve'),
    );
  }

  /** Withdraws or refuses the approval and ends all sessions. @throws as {@link deleteUserById} */
  async rejectUser(userId: string, caller: SsoCaller): Promise<User> {
    return this.accounts.reject(
      userId,
      await this.authority.requireSuperUserOver(caller, userId, 'user.reject'),
    );
  }

  /**
   * Gives a user a random password, returned once and to be changed at the next login.
   *
   * @throws SuperUserRequiredException, TooManyAttemptsException, UserNotFoundException, CannotTargetSelfException,
   * ConcurrentChangeException
   */
  async resetPassword(userId: string, caller: SsoCaller): Promise<{ user: User; password: string }> {
    const actor = await this.authority.requireSuperUserOver(caller, userId, 'password.reset');
    return this.passwordChange.reset(userId, actor);
  }

  /** All live sessions of oneself, or for a super-user of `userId`, the latest first. */
  async listSessions(caller: SsoCaller, userId?: string): Promise<SsoSession[]> {
    return this.accountSessions.list(caller, userId);
  }

  /** One page of {@link listSessions}. */
  async searchSessions(input: PageInput, caller: SsoCaller, userId?: string): Promise<SessionPage> {
    const { page = 1, pageSize = 20 } = checkInput(PageInput, input);
    const [sessions, total] = await this.accountSessions.page(caller, page, pageSize, userId);
    return { sessions, page, pageSize, total };
  }

  /**
   * Ends one session of oneself, or for a super-user of `userId`.
   *
   * @throws SessionNotFoundException also for a session of somebody else
   */
  async revokeSession(sessionId: string, caller: SsoCaller, userId?: string): Promise<void> {
    await this.accountSessions.revoke(sessionId, caller, userId);
  }

  /** Ends all of the caller's sessions but the one at hand; answers how many. */
  async revokeOtherSessions(caller: SsoCaller): Promise<number> {
    return this.accountSessions.revokeOthers(caller);
  }

  /** Ends all sessions of oneself, or for a super-user of anyone; answers how many. */
  async revokeAllSessions(userId: string, caller: SsoCaller): Promise<number> {
    return this.accountSessions.revokeAll(userId, caller);
  }

  /**
   * What was recorded of a user, the latest first.
   *
   * @throws SuperUserRequiredException, UserNotFoundException
   */
  async listAuditEvents(userId: string, input: PageInput, caller: SsoCaller): Promise<AuditPage> {
    const { page = 1, pageSize = 20 } = checkInput(PageInput, input);
    await this.authority.requireSuperUserOver(caller, userId, 'user.read');
    const [events, total] = await this.audit.list(userId, page, pageSize);
    // What was recorded outlives the user.
    if (total === 0) await this.accounts.findOrFail(userId);
    return { events, page, pageSize, total };
  }

  /**
   * What was recorded of all users and of nobody known, the latest first.
   *
   * @throws SuperUserRequiredException
   */
  async searchAuditEvents(input: SearchAuditInput, caller: SsoCaller): Promise<AuditPage> {
    const { page = 1, pageSize = 20, user, knownUser: known, ...given } = checkInput(SearchAuditInput, input);
    await this.authority.requireSuperUser(caller);
    const involved = user === undefined ? undefined : await this.users.idOf(user);
    if (involved === null) return { events: [], page, pageSize, total: 0 };
    const [since, until] = [startOf(given.since), endOf(given.until)];
    const search = { ...given, since, until, involved, known, page, pageSize };
    const [events, total] = await this.audit.search(search);
    return { events, page, pageSize, total };
  }

  private withFields<T extends object>(input: Type<T>): Type<T> {
    return withUserFields(input, this.users.entity);
  }

  /** Every rule that a password would break, none when it is good. */
  async validatePassword(password: string, context: PasswordContext = {}): Promise<PasswordFailure[]> {
    return this.policy.check(password, context);
  }
}
