import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { AuditLog } from '../audit/audit.log.js';
import { Database } from '../database/database.js';
import type { AuthErrorCode } from '../errors/auth.codes.js';
import {
  AppNotAllowedException,
  CannotTargetSelfException,
  LastSuperUserException,
  NotAuthenticatedException,
  SuperUserRequiredException,
  SystemCallerRequiredException,
} from './account.exceptions.js';
import type { AuthException } from '../errors/auth.exception.js';
import { UserNotFoundException } from '../user/user.exceptions.js';
import type { AuthenticatedSession } from '../session/authenticated-session.js';
import { SessionService } from '../session/session.service.js';
import type { SsoUserBase } from '../user/sso-user.entity.js';
import { UserStore } from '../user/user.store.js';
import { Actor } from './actor.js';
import { AppsOptions } from './apps.options.js';
import { isCaller, type SsoCaller, systemNameOf } from './caller.js';
import { type AccountAction, mayTargetSelf } from './own-account.rules.js';
import { occasionOf } from './request-caller.js';
import { SessionRequirements } from './session-requirement.js';

/** What somebody has to be at the moment when something is written for them. */
export interface Conditions {
  /** Whether it takes a super-user or the system. */
  superUser: boolean;
  /** The user it is about. */
  targetId?: string | undefined;
  /** The code of the {@link SessionRequirement} that people meet by it, so that it may be due. @default none */
  meets?: AuthErrorCode;
  /** Whether it may take a super-user away; see `keepSuperUser`. @default false */
  mayTakeSuperUser?: boolean;
  /** Whether the code that calls records the refusal itself. @default false */
  recordsRefusal?: boolean;
}

/** What a transaction for an actor has locked. */
export interface Locked<User extends SsoUserBase> {
  manager: EntityManager;
  /** The user it is about. */
  target: User;
  /** That user, the actor, and where the system acts on a super-user a few other super-users. */
  users: readonly User[];
}

/** Turns a caller into an {@link Actor}. Every decision on who may do what starts here. */
@Injectable()
export class Authority<User extends SsoUserBase = SsoUserBase> {
  /** The refusals that are in the audit, by request and code. */
  private readonly recorded = new WeakMap<object, Map<string, Promise<void>>>();

  constructor(
    private readonly sessions: SessionService<User>,
    private readonly apps: AppsOptions,
    private readonly audit: AuditLog,
    private readonly users: UserStore<User>,
    private readonly database: Database,
    private readonly requirements: SessionRequirements,
  ) {}

  /**
   * The person or the system behind a caller, looked up afresh.
   *
   * @throws NotAuthenticatedException when no live session does
   * @throws AppNotAllowedException when the calling application is not allowed
   */
  async requireActor(caller: SsoCaller): Promise<Actor<User>> {
    this.checkApp(caller);
    const system = systemNameOf(caller);
    if (system !== undefined) return new Actor<User>(`system:${system}`, null, caller);
    const session = caller.session
      ? await this.sessions.findAgain(caller.session)
      : await this.sessions.find(caller.token);
    if (!session) throw new NotAuthenticatedException();
    return new Actor(session.user.id, session, caller);
  }

  /** {@link requireActor}, who has nothing to do first. @throws SessionRequirementException */
  async requireActiveActor(caller: SsoCaller): Promise<Actor<User>> {
    const actor = await this.requireActor(caller);
    this.assertNoRequirementDue(actor);
    return actor;
  }

  /** @throws SessionRequirementException where a person has something to do first, such as changing the password */
  assertNoRequirementDue({ session }: Actor): void {
    if (session) this.requirements.assertNoneDue(session);
  }

  /** A super-user or the system. @param targetId the user it is about */
  async requireSuperUser(caller: SsoCaller, targetId?: string): Promise<Actor<User>> {
    const actor = await this.requireActiveActor(caller);
    await this.assertSuperUser(actor, targetId);
    return actor;
  }

  /**
   * A super-user or the system, who may do this to the user with that id.
   *
   * @throws CannotTargetSelfException where it is the super-user's own account, and must be somebody else's
   */
  async requireSuperUserOver(caller: SsoCaller, userId: string, action: AccountAction): Promise<Actor<User>> {
    const actor = await this.requireSuperUser(caller, userId);
    if (actor.is(userId) && !mayTargetSelf(action)) throw new CannotTargetSelfException();
    return actor;
  }

  /** The application itself, never a person. @throws SystemCallerRequiredException */
  async requireSystem(caller: SsoCaller): Promise<Actor<User>> {
    const actor = await this.requireActor(caller);
    if (actor.session) await this.refuse(actor, new SystemCallerRequiredException());
    return actor;
  }

  /** Refuses an actor who is neither a super-user nor the system. @param targetId the user it is about */
  async assertSuperUser(actor: Actor, targetId?: string): Promise<void> {
    if (!actor.isSuperUser) await this.refuse(actor, new SuperUserRequiredException(), targetId);
  }

  /** Throws what refuses an actor, once it is recorded. */
  async refuse(actor: Actor, refusal: AuthException, targetId?: string): Promise<never> {
    await this.record(actor, refusal, targetId);
    throw refusal;
  }

  /** Records a refusal, once for each code of a request: GraphQL can ask for one field thousands of times. */
  private async record(actor: Actor, refusal: AuthException, targetId?: string): Promise<void> {
    const occasion = occasionOf(actor.caller) ?? {};
    const codes = this.recorded.get(occasion) ?? new Map<string, Promise<void>>();
    this.recorded.set(occasion, codes);
    const { code } = refusal;
    const row = codes.get(code) ?? this.audit.failure(actor.auditEntry('access', targetId ?? null), refusal);
    codes.set(code, row);
    await row;
  }

  /**
   * Runs a transaction for an actor, who is looked at again in it: since they were recognised they may have waited for
   * a hash or for a lock, and have been locked, demoted or signed out meanwhile. Nothing is written for them then. Their
   * row stays locked until the transaction ends.
   *
   * @throws NotAuthenticatedException, SessionRequirementException, SuperUserRequiredException
   */
  act<T>(
    actor: Actor<User>,
    conditions: Conditions,
    work: (manager: EntityManager) => Promise<T>,
  ): Promise<T> {
    return this.locking(actor, conditions, [], work);
  }

  /**
   * {@link act} on the user with the id `targetId`, whose row is locked too.
   *
   * @throws UserNotFoundException
   */
  async actOn<T>(
    actor: Actor<User>,
    conditions: Conditions & { targetId: string },
    work: (locked: Locked<User>) => Promise<T>,
  ): Promise<T> {
    // Code without types may give something else.
    const targetId = String(conditions.targetId).toLowerCase();
    const others = conditions.mayTakeSuperUser ? await this.othersBeside(actor, targetId) : [];
    return this.locking(actor, conditions, [targetId, ...others], async (manager, users) => {
      const target = users.find(({ id }) => id === targetId);
      if (!target) throw new UserNotFoundException();
      return work({ manager, target, users });
    });
  }

  private locking<T>(
    actor: Actor<User>,
    conditions: Conditions,
    ids: readonly string[],
    work: (manager: EntityManager, users: User[]) => Promise<T>,
  ): Promise<T> {
    const ownId = actor.session?.user.id;
    const lockedIds = ownId === undefined ? ids : [ownId, ...ids];
    return this.database.transaction(async (manager) => {
      const users = await this.users.lock(manager, lockedIds);
      const own = users.find(({ id }) => id === ownId);
      await this.confirm(manager, actor, own, conditions);
      return work(manager, users);
    }, lockedIds);
  }

  /** @param own the actor's user, locked and as it is now */
  private async confirm(
    manager: EntityManager,
    actor: Actor<User>,
    own: User | undefined,
    { superUser, meets, recordsRefusal = false, targetId }: Conditions,
  ): Promise<void> {
    let now = actor;
    if (actor.session) {
      const session = own && (await this.sessions.findWithin(manager, actor.session, own));
      if (!session) throw new NotAuthenticatedException();
      now = new Actor(session.user.id, session, actor.caller);
      this.requirements.assertNoneDue(session, meets);
    }
    if (!superUser || now.isSuperUser) return;
    const refusal = new SuperUserRequiredException();
    if (!recordsRefusal) await this.record(actor, refusal, targetId);
    throw refusal;
  }

  /**
   * Refuses what would leave no super-user who can sign in. A super-user who acts is one of those locked, and remains;
   * only the system can come this far.
   *
   * @param changed the target as it is to be; `null` = it is deleted
   * @throws LastSuperUserException
   */
  keepSuperUser({ target, users }: Locked<User>, changed: User | null): void {
    if (!isActiveSuperUser(target) || (changed && isActiveSuperUser(changed))) return;
    if (!users.some((user) => user.id !== target.id && isActiveSuperUser(user)))
      throw new LastSuperUserException();
  }

  /** Super-users one of whom has to remain, for the system acting on another; found before anything is locked. */
  private async othersBeside(actor: Actor<User>, targetId: string): Promise<string[]> {
    if (actor.session) return [];
    const target = await this.users.findById(targetId);
    return target && isActiveSuperUser(target) ? this.users.otherSuperUsers(target.id) : [];
  }

  /** The session of a signed-in person; the system has none. */
  async requireSession(caller: SsoCaller): Promise<AuthenticatedSession<User>> {
    const { session } = await this.requireActor(caller);
    if (!session) throw new NotAuthenticatedException();
    return session;
  }

  /** @throws NotAuthenticatedException for something that is no caller */
  checkApp(caller: SsoCaller, allowed = this.apps.all): void {
    if (!isCaller(caller)) throw new NotAuthenticatedException();
    const { currentApp = '' } = caller;
    if (allowed && !allowed.includes(currentApp)) throw new AppNotAllowedException();
  }

  checkLoginApp(caller: SsoCaller): void {
    this.checkApp(caller);
    this.checkApp(caller, this.apps.login);
  }
}

function isActiveSuperUser(user: SsoUserBase): boolean {
  return user.isSuperUser && user.isOpen;
}
