import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { ModuleRef, Reflector } from '@nestjs/core';
import { NotAuthenticatedException, PermissionDeniedException } from '../account/account.exceptions.js';
import { Actor } from '../account/actor.js';
import { Authority } from '../account/authority.js';
import { TimeBudget } from '../database/time-budget.js';
import type { AuthenticatedSession } from '../session/authenticated-session.js';
import { CallerPipe } from './caller.pipe.js';
import { keptFor } from './found-session.js';
import { requestOf, senderOf } from './from-request.js';
import { lazyProvider } from './lazy-provider.js';
import { Permissions, RequiredPermissions } from './permissions.js';
import { refusedNavigation } from './refused-navigation.js';

/**
 * Admits users who have every permission that the handler and its controller require, and audits refusals. It runs after
 * `SessionGuard`.
 *
 * @throws NotAuthenticatedException, PermissionDeniedException
 */
@Injectable()
export class PermissionGuard implements CanActivate {
  private readonly permissions: () => Permissions<never>;
  private readonly authority: () => Authority;
  private readonly callers: () => CallerPipe;

  constructor(
    private readonly reflector: Reflector,
    moduleRef: ModuleRef,
  ) {
    this.permissions = lazyProvider<Permissions<never>>(moduleRef, Permissions);
    this.authority = lazyProvider(moduleRef, Authority);
    this.callers = lazyProvider(moduleRef, CallerPipe);
  }

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const required = this.requiredFor(context);
    if (required.length === 0) return true;
    const session = keptFor(context)?.session;
    if (!session) throw refusedNavigation(new NotAuthenticatedException(), context, this);
    const held = new Set(await this.permissions().of(session.user as never));
    if (required.every((permission) => held.has(permission))) return true;
    return this.refuse(context, session);
  }

  private requiredFor(context: ExecutionContext): readonly string[] {
    return [context.getHandler(), context.getClass()].flatMap(
      (target) => this.reflector.get(RequiredPermissions, target) ?? [],
    );
  }

  private async refuse(context: ExecutionContext, session: AuthenticatedSession): Promise<never> {
    const request = requestOf(context);
    const actor = new Actor(session.user.id, session, this.callers().transform(senderOf(context, request)));
    try {
      return await TimeBudget.within(request, () =>
        this.authority().refuse(actor, new PermissionDeniedException()),
      );
    } catch (error) {
      throw refusedNavigation(error, context, this);
    }
  }
}
