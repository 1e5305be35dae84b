import { Injectable } from '@nestjs/common';
import type { Actor } from '../../account/actor.js';
import type { AuditPage, SessionPage, UserPage } from '../../account/sso-user.service.js';
import type { SearchUsersInput } from '../../account/user.inputs.js';
import { AuditLog } from '../../audit/audit.log.js';
import { SuperUserRequiredException } from '../../account/account.exceptions.js';
import { UserNotFoundException } from '../../user/user.exceptions.js';
import { shownPart } from '../../page/paging.js';
import { SessionService } from '../../session/session.service.js';
import type { SsoUserBase } from '../../user/sso-user.entity.js';
import { UserStore } from '../../user/user.store.js';

/** Users, sessions, and events on a page. */
const PAGE_SIZE = { users: 20, parts: 10 } as const;

/** What the page of a user shows. */
export interface UserDetails {
  user: SsoUserBase;
  sessions: SessionPage;
  audit: AuditPage;
  /** The names of the people who acted, by their ids, as far as they are still there. */
  usernames: ReadonlyMap<string, string>;
}

/** Reads what the super-users' pages show. Who may see it is decided once, by the code that has the actor. */
@Injectable()
export class UserReader {
  constructor(
    private readonly users: UserStore,
    private readonly sessions: SessionService,
    private readonly audit: AuditLog,
  ) {}

  /** One page of users. */
  search(
    { page, pageSize = PAGE_SIZE.users, ...criteria }: SearchUsersInput,
    actor: Actor,
  ): Promise<UserPage<SsoUserBase>> {
    assertSuperUser(actor);
    return shownPart(page, async (wanted = 1) => {
      const [users, total] = await this.users.search({ ...criteria, page: wanted, pageSize });
      return { users, page: wanted, pageSize, total };
    });
  }

  /** @throws UserNotFoundException */
  async find(userId: string, actor: Actor): Promise<SsoUserBase> {
    assertSuperUser(actor);
    const user = await this.users.findById(userId);
    if (!user) throw new UserNotFoundException();
    return user;
  }

  /**
   * A user with one page of sessions and one of audit events.
   *
   * @throws UserNotFoundException
   */
  async details(
    userId: string,
    pages: { sessions?: number | undefined; audit?: number | undefined },
    actor: Actor,
  ): Promise<UserDetails> {
    const user = await this.find(userId, actor);
    const [sessions, audit] = await Promise.all([
      this.sessionsOf(user, pages.sessions),
      this.auditOf(user, pages.audit),
    ]);
    const actors = audit.events.flatMap(({ actor: id }) => (id === null || id === user.id ? [] : [id]));
    const usernames = await this.users.usernamesOf(actors);
    return { user, sessions, audit, usernames: usernames.set(user.id, user.username) };
  }

  private sessionsOf({ id }: SsoUserBase, asked: number | undefined): Promise<SessionPage> {
    return shownPart(asked, async (page = 1) => {
      const [sessions, total] = await this.sessions.page(id, page, PAGE_SIZE.parts);
      return { sessions, page, pageSize: PAGE_SIZE.parts, total };
    });
  }

  private auditOf({ id }: SsoUserBase, asked: number | undefined): Promise<AuditPage> {
    return shownPart(asked, async (page = 1) => {
      const [events, total] = await this.audit.list(id, page, PAGE_SIZE.parts);
      return { events, page, pageSize: PAGE_SIZE.parts, total };
    });
  }
}

function assertSuperUser({ isSuperUser }: Actor): void {
  if (!isSuperUser) throw new SuperUserRequiredException();
}
