import { Injectable, Logger, type OnModuleInit, type Type } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import type { EntityManager } from 'typeorm';
import { RejectedByHookException } from './account.exceptions.js';
import { Database } from '../database/database.js';
import { plainAddress } from '../input/address.js';
import { isError } from '../errors/is-error.js';
import type { SsoCaller } from './caller.js';
import type { HookContext, LoginHooks, Verdict } from './login.hooks.js';
import { UserSettings } from './user.settings.js';

/** Calls the host's hooks. */
@Injectable()
export class Hooks implements OnModuleInit {
  private readonly logger = new Logger('AuthModule');
  private hooks: LoginHooks | undefined;

  constructor(
    private readonly database: Database,
    private readonly settings: UserSettings,
    private readonly modules: ModuleRef,
  ) {}

  /** @throws Error when no module provides the class */
  onModuleInit(): void {
    const { hooks } = this.settings;
    this.hooks = typeof hooks === 'function' ? this.provided(hooks) : hooks;
  }

  private provided(hooks: Type<LoginHooks>): LoginHooks {
    try {
      return this.modules.get(hooks, { strict: false });
    } catch (error) {
      throw new Error(
        `login.hooks: add ${hooks.name} to the providers of a module, and leave its scope alone.`,
        {
          cause: error,
        },
      );
    }
  }

  get hasPreLogin(): boolean {
    return this.hooks?.preLogin !== undefined;
  }

  async preLogin(context: HookContext): Promise<void> {
    refuseBy(await this.hooks?.preLogin?.(context));
  }

  async loginSuccess(context: HookContext): Promise<void> {
    refuseBy(await this.hooks?.loginSuccess?.(context));
  }

  async loginFailure(context: HookContext, code: string): Promise<void> {
    refuseBy(await this.hooks?.loginFailure?.(context, code));
  }

  /** Calls the hook after the commit. */
  passwordChanged(manager: EntityManager, context: HookContext, actor: string | null): void {
    this.tell(manager, (hooks) => hooks.passwordChanged?.(context, actor));
  }

  /** Calls the hook after the commit. */
  registered(manager: EntityManager, context: HookContext): void {
    this.tell(manager, (hooks) => hooks.registered?.(context));
  }

  private tell(manager: EntityManager, telling: (hooks: LoginHooks) => void | Promise<void>): void {
    this.database.afterCommit(manager, () => this.told(telling));
  }

  /** What has happened cannot fail any more, so neither can the telling. */
  private async told(telling: (hooks: LoginHooks) => void | Promise<void>): Promise<void> {
    try {
      if (this.hooks) await telling(this.hooks);
    } catch (error) {
      this.logger.error('A hook failed after the commit.', isError(error) ? error.stack : undefined);
    }
  }
}

/** What a hook is told of a user or a name, and of where the caller calls from. */
export function hookContext(
  { username, id, email }: { username: string; id?: string; email?: string | null },
  { remoteAddress, userAgent, currentApp: app, correlationId }: SsoCaller,
): HookContext {
  const from = remoteAddress === undefined ? undefined : plainAddress(remoteAddress);
  return {
    username,
    userId: id,
    email: email ?? undefined,
    remoteAddress: from,
    userAgent,
    app,
    correlationId,
  };
}

function refuseBy(verdict: Verdict): void {
  if (typeof verdict === 'string') throw new RejectedByHookException(verdict);
}
