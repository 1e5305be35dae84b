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
    if (!actor.isSuperUser) throw await this.refusal(actor, new SuperUserRequiredException(), targetId);
    return actor;
  }

  /** The application itself, never a person. @throws SystemCallerRequiredException */
  async system(caller: SsoCaller): Promise<Actor<User>> {
    const actor = await this.actor(caller);
    if (actor.session) throw await this.refusal(actor, new SystemCallerRequiredException());
    return actor;
  }

  /** The exception for an actor who may not do that, once it is recorded. @param targetId whom it is about */
  async refusal<E extends AuthException>(actor: Actor, exception: E, targetId?: string): Promise<E> {
    await this.audit.failure(actor.doing('access', targetId ?? null), exception.code);
    return exception;
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
