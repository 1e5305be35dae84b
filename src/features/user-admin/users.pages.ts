import { Injectable } from '@nestjs/common';
import { SuperUserRequiredException } from '../../account/account.exceptions.js';
import { readQuery } from '../../http/input.decorator.js';
import type { Texts } from '../../messages/message.js';
import { Languages } from '../../http/languages.js';
import type { PageContent, PageContents, PageDefinition } from '../../page/page.definition.js';
import type { PageCrumb } from '../../page/page-items.js';
import { Paths } from '../../page/paths.js';
import { type AuthRequest, type AuthResponse, SESSION } from '../../http/auth-request.js';
import { sessionItem } from '../../page/session-items.js';
import { type AccountAction, mayTargetSelf } from '../../account/own-account.rules.js';
import type { Actor } from '../../account/actor.js';
import { Authority } from '../../account/authority.js';
import { CallerPipe } from '../../http/caller.pipe.js';
import type { SsoUserBase } from '../../user/sso-user.entity.js';
import { SearchUsersInput } from '../../account/user.inputs.js';
import { eventItem } from '../../page/event-items.js';
import { pagingOf, pathWith } from '../../page/paging.js';
import { personItem, valuesOfUser } from './user-items.js';
import { listContent } from './user-list.js';
import { PasswordNotes } from './password-notes.js';
import type { PageActions, PagePerson } from './user-admin.view.js';
import { type UserDetails, UserReader } from './user.reader.js';
import { UserPageQuery } from './users.input.js';

/** What the pages about one user are for; the others only show. */
const ACTIONS: ReadonlyMap<string, AccountAction> = new Map([
  ['delete-user', 'user.delete'],
  ['user-password', 'password.change'],
]);

/** Who looks at a page, and in which language. */
interface Viewer {
  request: AuthRequest;
  texts: Texts;
  actor: Actor;
}

/** What the super-users' pages show. */
@Injectable()
export class UsersPages implements PageContents {
  constructor(
    private readonly reader: UserReader,
    private readonly authority: Authority,
    private readonly callers: CallerPipe,
    private readonly languages: Languages,
    private readonly paths: Paths,
    private readonly notes: PasswordNotes,
  ) {}

  async contentFor({ name }: PageDefinition, request: AuthRequest): Promise<PageContent> {
    const session = request[SESSION];
    // Only behind the guards: what they have refused sees nothing.
    if (!session?.user.isSuperUser) throw new SuperUserRequiredException();
    if (name === 'create-user') {
      return {
        action: this.paths.to(request, 'users', 'POST'),
        values: { must_change: 'true' },
        crumbs: this.crumbs(request),
      };
    }
    const caller = this.callers.transform({ request, session });
    const texts = this.languages.of(request);
    if (name === 'users') {
      return this.list({ request, texts, actor: await this.authority.requireSuperUser(caller) });
    }
    const id = String(request.params?.['id']);
    const actor = await this.authority.requireSuperUserOver(caller, id, ACTIONS.get(name) ?? 'user.read');
    const viewer = { request, texts, actor };
    if (name === 'user') return this.user(id, viewer);
    return this.ofUser(name, await this.reader.find(id, actor), viewer);
  }

  /** Hands a generated password to the page that shows it; returns the path of that page. */
  handOver(
    made: { user: SsoUserBase; password: string },
    request: AuthRequest,
    response: AuthResponse,
  ): string {
    return this.notes.write(made, request, response);
  }

  /** The page of a generated password, for this one response; `null` = nothing to show. */
  generated(user: SsoUserBase, request: AuthRequest, response: AuthResponse): PageContent | null {
    const password = this.notes.take(user, request, response);
    if (password === undefined) return null;
    const texts = this.languages.of(request);
    return {
      person: this.person(user, { request, texts }),
      generated: password,
      crumbs: this.crumbs(request, user),
    };
  }

  /** A user's own page. */
  pathOf({ id }: { id: string }, request: AuthRequest): string {
    return this.paths.to(request, `users/${id}`);
  }

  /** Where a form of a user's page posts to. */
  private formOf({ id }: { id: string }, request: AuthRequest, action?: string): string {
    const own = `users/${id}`;
    return this.paths.to(request, action === undefined ? own : `${own}/${action}`, 'POST');
  }

  /** The way to a page below the list, or to one about a user. */
  private crumbs(request: AuthRequest, user?: SsoUserBase): PageCrumb[] {
    const list = {
      label: this.languages.of(request).say('users.title'),
      path: this.paths.to(request, 'users'),
    };
    return user ? [list, { label: user.username, path: this.pathOf(user, request) }] : [list];
  }

  private person(user: SsoUserBase, { request, texts }: Pick<Viewer, 'request' | 'texts'>): PagePerson {
    return personItem(user, texts, this.pathOf(user, request));
  }

  private ofUser(page: string, user: SsoUserBase, viewer: Viewer): PageContent {
    const { request } = viewer;
    const person = this.person(user, viewer);
    const crumbs = this.crumbs(request, user);
    if (page === 'delete-user') return { action: this.formOf(user, request, 'delete'), person, crumbs };
    return {
      crumbs,
      action: this.formOf(user, request, 'password'),
      generate: this.formOf(user, request, 'password/generate'),
      person,
      values: { must_change: 'true' },
    };
  }

  private async list({ request, texts, actor }: Viewer): Promise<PageContent> {
    const query = readQuery(SearchUsersInput, request.query);
    const found = await this.reader.search(query, actor);
    const own = this.paths.to(request, 'users');
    return listContent({ own, given: request.query, query, found }, texts, (user) =>
      this.pathOf(user, request),
    );
  }

  private async user(id: string, viewer: Viewer): Promise<PageContent> {
    const { request, texts, actor } = viewer;
    const asked = request.method === 'POST' ? {} : request.query;
    const query = { page: asked['page'], sessions_page: asked['sessions_page'] };
    const { page, sessionsPage } = readQuery(UserPageQuery, query);
    const details = await this.reader.details(id, { sessions: sessionsPage, audit: page }, actor);
    const { user, sessions, audit, usernames }: UserDetails = details;
    const own = this.pathOf(user, request);
    return {
      action: this.formOf(user, request),
      crumbs: this.crumbs(request),
      values: valuesOfUser(user),
      person: { ...this.person(user, viewer), isSelf: actor.is(user.id) },
      actions: this.actions(user, viewer, sessions.total > 0),
      sessions: sessions.sessions.map((one) =>
        sessionItem(
          one,
          texts,
          request[SESSION]?.id,
          this.formOf(user, request, `sessions/${one.id}/revoke`),
        ),
      ),
      events: audit.events.map((event) => eventItem(event, texts, usernames)),
      sessionsPaging: pagingOf(
        sessions,
        (wanted) => `${pathWith(own, query, { sessions_page: wanted })}#sessions`,
      ),
      paging: pagingOf(audit, (wanted) => `${pathWith(own, query, { page: wanted })}#audit`),
    };
  }

  private actions(user: SsoUserBase, { request, actor }: Viewer, hasSessions: boolean): PageActions {
    const isSelf = actor.is(user.id);
    const page = (action: string): string => this.paths.to(request, `users/${user.id}/${action}`);
    const when = (holds: boolean, action: string): string | null =>
      holds ? this.formOf(user, request, action) : null;
    const may = (action: AccountAction): boolean => !isSelf || mayTargetSelf(action);
    return {
      lock: when(!user.isLocked && may('user.lock'), 'lock'),
      unlock: when(user.isLocked && may('user.unlock'), 'unlock'),
      approve: when(user.approvalStatus !== 'approved' && may('user.approve'), 'approve'),
      reject: when(user.approvalStatus !== 'rejected' && may('user.reject'), 'reject'),
      revokeSessions: when(hasSessions, 'sessions/revoke'),
      password: may('password.change') ? page('password') : this.paths.link('changePassword', request),
      delete: may('user.delete') ? page('delete') : null,
    };
  }
}
