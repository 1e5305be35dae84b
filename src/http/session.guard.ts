import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { ModuleRef, Reflector } from '@nestjs/core';
import { NotAuthenticatedException } from '../account/account.exceptions.js';
import { TimeBudget } from '../database/time-budget.js';
import { refusedNavigation } from './refused-navigation.js';
import { keepGraphqlOutOfCaches, keepHandlerOutOfCaches } from './no-store.js';
import { Actor } from '../account/actor.js';
import { Authority } from '../account/authority.js';
import { type SessionRequirement, SessionRequirements } from '../account/session-requirement.js';
import { CallerPipe } from './caller.pipe.js';
import type { AuthRequest } from './auth-request.js';
import type { AuthenticatedSession } from '../session/authenticated-session.js';
import { isAuthRoute } from './auth-route.js';
import { keepFound, keptFor } from './found-session.js';
import { requestOf, senderOf } from './from-request.js';
import { lazyProvider } from './lazy-provider.js';
import { AllowAnonymous, allowanceKey, AllowAnyRequirement } from './session.marks.js';
import { SessionService } from '../session/session.service.js';
import { TokenTransport } from './token.transport.js';

/**
 * Lets those in who have a live session, looked up afresh for every request. Bound globally, with `APP_GUARD`, it leaves the
 * routes of this module open.
 *
 * @throws NotAuthenticatedException
 * @throws PasswordChangeRequiredException unless the handler has `@AllowPasswordChangeRequired()`
 */
@Injectable()
export class SessionGuard implements CanActivate {
  private readonly sessions: () => SessionService;
  private readonly transport: () => TokenTransport;
  private readonly requirements: () => SessionRequirements;

  constructor(
    private readonly reflector: Reflector,
    moduleRef: ModuleRef,
  ) {
    this.sessions = lazyProvider(moduleRef, SessionService);
    this.requirements = lazyProvider(moduleRef, SessionRequirements);
    this.transport = lazyProvider(moduleRef, TokenTransport);
  }

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    return isAuthRoute(context) || this.check(context);
  }

  /** What it asks of every request that is not for a route of this module. */
  protected async check(context: ExecutionContext): Promise<boolean> {
    const request = this.getRequest(context);
    if (context.getType<string>() === 'graphql') keepGraphqlOutOfCaches(request);
    else keepHandlerOutOfCaches(context);
    const transport = this.transport();
    if (request.res && context.getType() !== 'ws') transport.vary(request.res);
    const session = await TimeBudget.within(request, () => this.sessions().find(transport.read(request)));
    const due = session ? this.dueBefore(context, session) : undefined;
    const admitted = due ? null : session;
    keepFound(context, { request, session: admitted });
    if (admitted || this.isMarked(context, AllowAnonymous.KEY)) return true;
    if (!due && context.getType() === 'http')
      transport.challenge(request, context.switchToHttp().getResponse());
    throw refusedNavigation(due?.refusal() ?? new NotAuthenticatedException(), context, this);
  }

  /**
   * Override it where a request is found elsewhere than in HTTP, GraphQL and WebSocket contexts. The decorators of the
   * handler then take what this guard has found.
   */
  protected getRequest(context: ExecutionContext): AuthRequest {
    return requestOf(context);
  }

  /** What the person has to do before this handler, if anything. */
  private dueBefore(
    context: ExecutionContext,
    session: AuthenticatedSession,
  ): SessionRequirement | undefined {
    const due = this.requirements().dueOf(session);
    if (!due || this.isMarked(context, AllowAnyRequirement.KEY)) return undefined;
    return this.isMarked(context, allowanceKey(due.code)) ? undefined : due;
  }

  private isMarked(context: ExecutionContext, key: string): boolean {
    const targets = [context.getHandler(), context.getClass()];
    return this.reflector.getAllAndOverride<boolean | undefined>(key, targets) ?? false;
  }
}

/**
 * Lets super-users in, and records who tried without being one; runs after {@link SessionGuard}.
 *
 * @throws NotAuthenticatedException, SuperUserRequiredException
 */
@Injectable()
export class SuperUserGuard implements CanActivate {
  private readonly authority: () => Authority;
  private readonly callers: () => CallerPipe;

  constructor(moduleRef: ModuleRef) {
    this.authority = lazyProvider(moduleRef, Authority);
    this.callers = lazyProvider(moduleRef, CallerPipe);
  }

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    return isAuthRoute(context) || this.check(context);
  }

  /** What it asks of every request that is not for a route of this module. */
  protected async check(context: ExecutionContext): Promise<boolean> {
    const request = this.getRequest(context);
    const session = keptFor(context)?.session;
    if (!session) throw refusedNavigation(new NotAuthenticatedException(), context, this);
    const caller = this.callers().transform(senderOf(context, request));
    const actor = new Actor(session.user.id, session, caller);
    try {
      await TimeBudget.within(request, () => this.authority().assertSuperUser(actor));
    } catch (error) {
      throw refusedNavigation(error, context, this);
    }
    return true;
  }

  /**
   * Override it where a request is found elsewhere than in HTTP, GraphQL and WebSocket contexts. The decorators of the
   * handler then take what this guard has found.
   */
  protected getRequest(context: ExecutionContext): AuthRequest {
    return requestOf(context);
  }
}

/** {@link SessionGuard} on the routes of this module. */
@Injectable()
export class OwnSessionGuard extends SessionGuard {
  override canActivate(context: ExecutionContext): Promise<boolean> {
    return this.check(context);
  }
}

/** {@link SuperUserGuard} on the routes of this module. */
@Injectable()
export class OwnSuperUserGuard extends SuperUserGuard {
  override canActivate(context: ExecutionContext): Promise<boolean> {
    return this.check(context);
  }
}
