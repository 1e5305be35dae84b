import { Injectable } from '@nestjs/common';
import {
  AppNotAllowedException,
  type AuthException,
  NotAuthenticatedException,
  PasswordChangeRequiredException,
  SuperUserRequiredException,
  SystemCallerRequiredException,
} from '../auth.exceptions.js';
import { type AuditEntry, AuditLog } from '../audit/audit.log.js';
import type { AuditAction } from '../audit/sso-audit-event.entity.js';
import type { AuthenticatedSession } from '../session/authenticated-session.js';
import { SessionService } from '../session/session.service.js';
import { type SsoCaller, systemNameOf } from './caller.js';
import type { SsoUserBase } from './sso-user.entity.js';

/** Names of the applications that may call. */
export class AppsOptions {
  /**
   * Which may call at all.
   * @default everybody
   */
  all?: string[] | undefined;
  /**
   * Which may log users in.
   * @default whoever may call
   */
  login?: string[] | undefined;
}

/** A caller who was recognised: a signed-in person, or the system. */
export class Actor<User extends SsoUserBase = SsoUserBase> {
  constructor(
    /** Id of the user, `system:<name>`, or `null` for a stranger. */
    readonly name: string | null,
    /** The person's session; `null` = nobody is signed in. */
    readonly session: AuthenticatedSession<User> | null,
    readonly caller: SsoCaller,
  ) {}

  /** Somebody who is not signed in. */
  static stranger(caller: SsoCaller): Actor<never> {
    return new Actor<never>(null, null, caller);
  }

  get isSuperUser(): boolean {
    return this.session?.user.isSuperUser ?? this.name !== null;
  }

  is(userId: string): boolean {
    // PostgreSQL takes an identifier in any case.
    return this.session?.user.id === userId.toLowerCase();
  }

  /** This actor, who does not have to choose a new password first. @throws PasswordChangeRequiredException */
  free(): this {
    if (this.session?.passwordChangeRequired) throw new PasswordChangeRequiredException();
    return this;
  }

  /** The audit entry of something this actor does. */
  doing(action: AuditAction, target: string | null): AuditEntry {
    const { currentApp: app, remoteAddress, userAgent, correlationId } = this.caller;
    return { actor: this.name, target, action, app, remoteAddress, userAgent, correlationId };
  }
}

/** Recognises callers: the one place that decides who may do what is built on it. */
@Injectable()
export class Authority<User extends SsoUserBase = SsoUserBase> {
  constructor(
    private readonly sessions: SessionService<User>,
    private readonly apps: AppsOptions,
    private readonly audit: AuditLog,
  ) {}

  /**
   * Whoever stands behind a caller, looked up afresh.
   *
   * @throws NotAuthenticatedException when no live session does
   * @throws AppNotAllowedException when the calling application is not allowed
   */
  async actor(caller: SsoCaller): Promise<Actor<User>> {
    this.checkApp(caller);
    const system = systemNameOf(caller);
    if (system !== undefined) return new Actor<User>(`system:${system}`, null, caller);
    const session = caller.session
      ? await this.sessions.findAgain(caller.session)
      : await this.sessions.find(caller.token);
    if (!session) throw new NotAuthenticatedException();
    return new Actor(session.user.id, session, caller);
  }

  /** An actor who does not have to change the password first. */
  async freeActor(caller: SsoCaller): Promise<Actor<User>> {
    return (await this.actor(caller)).free();
  }

  /** A super-user or the system. @param targetId whom it is about */
  async superUser(caller: SsoCaller, targetId?: string): Promise<Actor<User>> {
    const actor = await this.freeActor(caller);
    await this.requireSuperUser(actor, targetId);
    return actor;
  }

  /** The application itself, never a person. @throws SystemCallerRequiredException */
  async system(caller: SsoCaller): Promise<Actor<User>> {
    const actor = await this.actor(caller);
    if (actor.session) await this.refuse(actor, new SystemCallerRequiredException());
    return actor;
  }

  /** Refuses whoever is neither a super-user nor the system. @param targetId whom it is about */
  async requireSuperUser(actor: Actor, targetId?: string): Promise<void> {
    if (!actor.isSuperUser) await this.refuse(actor, new SuperUserRequiredException(), targetId);
  }

  /** Throws what refuses an actor, once it is recorded. */
  private async refuse(actor: Actor, refusal: AuthException, targetId?: string): Promise<never> {
    await this.audit.failure(actor.doing('access', targetId ?? null), refusal.code);
    throw refusal;
  }

  /** The session of a signed-in person; the system has none. */
  async session(caller: SsoCaller): Promise<AuthenticatedSession<User>> {
    const { session } = await this.actor(caller);
    if (!session) throw new NotAuthenticatedException();
    return session;
  }

  checkApp({ currentApp = '' }: SsoCaller, allowed = this.apps.all): void {
    if (allowed && !allowed.includes(currentApp)) throw new AppNotAllowedException();
  }

  checkLoginApp(caller: SsoCaller): void {
    this.checkApp(caller);
    this.checkApp(caller, this.apps.login);
  }
}
