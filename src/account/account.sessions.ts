import { Injectable } from '@nestjs/common';
import { MissingFieldsException } from '../input/input.exceptions.js';
import { missingField } from '../input/check-input.js';
import { SessionNotFoundException } from '../session/session.exceptions.js';
import { SessionService } from '../session/session.service.js';
import type { SsoSession } from '../session/sso-session.entity.js';
import type { SsoUserBase } from '../user/sso-user.entity.js';
import { AccountEvents } from './account.events.js';
import { Accounts } from './accounts.js';
import type { Actor } from './actor.js';
import { Authority, type Conditions } from './authority.js';
import type { SsoCaller } from './caller.js';

/** Whose sessions, and what it takes. */
type Owned<User extends SsoUserBase> = Conditions & { targetId: string; actor: Actor<User> };

/** Lists and ends sessions: people their own, super-users anybody's. */
@Injectable()
export class AccountSessions<User extends SsoUserBase = SsoUserBase> {
  constructor(
    private readonly authority: Authority<User>,
    private readonly accounts: Accounts<User>,
    private readonly sessions: SessionService<User>,
    private readonly events: AccountEvents,
  ) {}

  /** All live sessions, the latest first. @param userId whose; `undefined` = the caller's own */
  async list(caller: SsoCaller, userId?: string): Promise<SsoSession[]> {
    return this.sessions.list(await this.ownerId(caller, userId));
  }

  /** One page of {@link list}, and how many there are in all. */
  async page(
    caller: SsoCaller,
    page: number,
    pageSize: number,
    userId?: string,
  ): Promise<[SsoSession[], number]> {
    return this.sessions.page(await this.ownerId(caller, userId), page, pageSize);
  }

  /** Ends one session. @throws SessionNotFoundException also for a session of somebody else */
  async revoke(sessionId: string, caller: SsoCaller, userId?: string): Promise<void> {
    const { actor, ...conditions } = await this.requireOwner(caller, userId);
    await this.authority.actOn(actor, conditions, async ({ manager, target }) => {
      if (!(await this.sessions.end(manager, target.id, sessionId))) throw new SessionNotFoundException();
      await this.events.record(manager, actor, 'session.revoke', target.id);
    });
  }

  /** Ends all of the caller's own sessions but the one at hand; answers how many. */
  async revokeOthers(caller: SsoCaller): Promise<number> {
    const owned = await this.requireOwner(caller);
    return this.endAll(owned, owned.actor.session?.id);
  }

  /** Ends all sessions of a user; answers how many. */
  async revokeAll(userId: string, caller: SsoCaller): Promise<number> {
    return this.endAll(await this.requireOwner(caller, userId));
  }

  private endAll({ actor, ...conditions }: Owned<User>, exceptId?: string): Promise<number> {
    return this.authority.actOn(actor, conditions, async ({ manager, target }) => {
      const ended = await this.sessions.endAll(manager, target.id, exceptId);
      await this.events.record(manager, actor, 'session.revoke', target.id);
      return ended;
    });
  }

  private async ownerId(caller: SsoCaller, userId?: string): Promise<string> {
    const { targetId, superUser } = await this.requireOwner(caller, userId);
    return superUser ? (await this.accounts.findOrFail(targetId)).id : targetId;
  }

  private async requireOwner(caller: SsoCaller, userId?: string): Promise<Owned<User>> {
    const actor = await this.authority.requireActiveActor(caller);
    const own = actor.session?.user.id;
    if (own !== undefined && (userId === undefined || actor.is(userId)))
      return { actor, targetId: own, superUser: false };
    if (userId === undefined) throw new MissingFieldsException([missingField('user_id')]);
    await this.authority.assertSuperUser(actor, userId);
    return { actor, targetId: userId, superUser: true };
  }
}
