import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { AuditLog } from '../audit/audit.log.js';
import type { AuditAction } from '../audit/audit.actions.js';
import { AuthException } from '../errors/auth.exception.js';
import { isRepeated } from '../throttle/throttle.js';
import type { SsoUserBase } from '../user/sso-user.entity.js';
import type { Actor } from './actor.js';
import { hookContext, Hooks } from './hooks.js';

/** What happens to accounts: the audit records it, and the host's hooks are told. */
@Injectable()
export class AccountEvents {
  constructor(
    private readonly audit: AuditLog,
    private readonly hooks: Hooks,
  ) {}

  /** Records what an actor has done to an account, if the transaction of `manager` succeeds. */
  record(manager: EntityManager, actor: Actor, action: AuditAction, targetId: string): Promise<void> {
    return this.audit.success(manager, actor.auditEntry(action, targetId));
  }

  /** {@link record} for a login. @param methods by which the person has proved who they are */
  loggedIn(manager: EntityManager, actor: Actor, userId: string, methods: readonly string[]): Promise<void> {
    return this.audit.success(manager, { ...actor.auditEntry('login', userId), detail: methods.join(' ') });
  }

  /** Records what an actor was refused; anything else, and repeated refusals of one kind, are not recorded. */
  async recordFailure(
    error: unknown,
    actor: Actor,
    action: AuditAction,
    targetId: string | null,
  ): Promise<void> {
    if (!(error instanceof AuthException) || isRepeated(error)) return;
    await this.audit.failure(actor.auditEntry(action, targetId), error);
  }

  /** {@link record} for a new password; the hook is told after the commit. */
  async passwordChanged(
    manager: EntityManager,
    actor: Actor,
    user: SsoUserBase,
    action: 'password.change' | 'password.reset',
  ): Promise<void> {
    await this.record(manager, actor, action, user.id);
    this.hooks.passwordChanged(manager, hookContext(user, actor.caller), actor.name);
  }

  /** {@link record} for somebody who has registered; the hook is told after the commit. */
  async registered(manager: EntityManager, actor: Actor, user: SsoUserBase): Promise<void> {
    await this.record(manager, actor, 'user.register', user.id);
    this.hooks.registered(manager, hookContext(user, actor.caller));
  }
}
