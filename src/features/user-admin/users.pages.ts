import { Injectable } from '@nestjs/common';
import {
  CannotTargetSelfException,
  SuperUserRequiredException,
  UserNotFoundException,
} from '../../errors/auth.exceptions.js';
import { ownQuery, readQuery } from '../../http/input.decorator.js';
import type { MessageKey, Texts } from '../../messages/message.js';
import { Languages } from '../../http/languages.js';
import type { PageContent, PageContents, PageDefinition } from '../../page/page.definition.js';
import { Paths } from '../../page/paths.js';
import { type AuthRequest, type AuthResponse, SESSION } from '../../http/auth-request.js';
import { sessionItem } from '../../page/session-items.js';
import { type AccountAction, mayTargetSelf } from '../../account/own-account.rules.js';
import { SsoCaller } from '../../http/caller.decorator.js';
import { CallerPipe } from '../../http/caller.pipe.js';
import { APPROVAL_STATUSES, type SsoUserBase } from '../../user/sso-user.entity.js';
import { SsoUserService } from '../../account/sso-user.service.js';
import { SearchUsersInput } from '../../account/user.inputs.js';
import { pagingOf, pathWith, shownPart } from '../../page/paging.js';
import { eventItem, personItem, userItem, valuesOfUser } from './user-items.js';
import { PasswordNotes } from './password-notes.js';
import type { PageActions, PageChoice, PagePerson, PageSearch } from './user-admin.view.js';
import { UserPageQuery } from './users.input.js';

/** Sessions, and events. */
const ON_A_PAGE = 10;

/** Who looks at a page, and in which language. */
interface Reader {
  request: AuthRequest;
  caller: SsoCaller;
  texts: Texts;
  /** The reader's own id. */
  id: string;
}

/** What the super-users' pages show. */
@Injectable()
export class UsersPages implements PageContents {
  constructor(
    private readonly users: SsoUserService,
    private readonly callers: CallerPipe,
    private readonly languages: Languages,
    private readonly paths: Paths,
    private readonly notes: PasswordNotes,
  ) {}

  async contentFor({ name }: PageDefinition, request: AuthRequest): Promise<PageContent> {
    const session = request[SESSION];
    // Only behind the guards: what they have refused sees nothing.
    if (!session?.user.isSuperUser) throw new SuperUserRequiredException();
    const caller = this.callers.transform({ request, session });
    const reader = { request, caller, texts: this.languages.of(request), id: session.user.id };
    if (name === 'users') return this.list(reader);
    if (name === 'create-user') {
      return { action: this.paths.to(request, 'users', 'POST'), values: { must_change: 'true' } };
    }
    const user = await this.users.getUserById(String(request.params?.['id']), caller);
    return name === 'user' ? this.user(user, reader) : this.ofUser(name, user, reader);
  }

  /** Hands a generated password to the page that shows it; returns the path of that page. */
  handOver(
    made: { user: SsoUserBase; password: string },
    request: AuthRequest,
    response: AuthResponse,
  ): string {
    return this.notes.write(made, request, response);
  }

  /** The page of a generated password, for this one answer; `null` = there is none to show. */
  generated(user: SsoUserBase, request: AuthRequest, response: AuthResponse): PageContent | null {
    const password = this.notes.take(user, request, response);
    if (password === undefined) return null;
    const texts = this.languages.of(request);
    return { person: this.person(user, { request, texts }), generated: password };
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

  private person(user: SsoUserBase, { request, texts }: Pick<Reader, 'request' | 'texts'>): PagePerson {
    return personItem(user, texts, this.pathOf(user, request));
  }

  private ofUser(page: string, user: SsoUserBase, reader: Reader): PageContent {
    const { request, id } = reader;
    const action: AccountAction = page === 'delete-user' ? 'user.delete' : 'password.change';
    if (user.id === id && !mayTargetSelf(action)) throw new CannotTargetSelfException();
    const person = this.person(user, reader);
    if (page === 'delete-user') return { action: this.formOf(user, request, 'delete'), person };
    return {
      action: this.formOf(user, request, 'password'),
      generate: this.formOf(user, request, 'password/generate'),
      person,
      values: { must_change: 'true' },
    };
  }

  private async list({ request, caller, texts }: Reader): Promise<PageContent> {
    const query = readQuery(SearchUsersInput, request.query);
    const found = await shownPart(query.page, (page) => this.users.searchUsers({ ...query, page }, caller));
    const { q = '', approvalStatus = '', locked } = query;
    const own = this.paths.to(request, 'users');
    return {
      action: own,
      search: {
        q,
        locked: choices(String(locked ?? ''), texts, [
          ['', 'users.any'],
          ['true', 'users.yes'],
          ['false', 'users.no'],
        ]),
        approvalStatus: choices(approvalStatus, texts, [
          ['', 'users.any'],
          ...APPROVAL_STATUSES.map((status) => [status, `state.${status}`] as const),
        ]),
      } satisfies PageSearch,
      users: found.users.map((user) => userItem(user, texts, this.pathOf(user, request))),
      total: found.total,
      paging: pagingOf(found, (page) => pathWith(own, ownQuery(SearchUsersInput, request.query), { page })),
    };
  }

  private async user(user: SsoUserBase, reader: Reader): Promise<PageContent> {
    const { request, caller, texts } = reader;
    const asked = request.method === 'POST' ? {} : request.query;
    const query = { page: asked['page'], sessions_page: asked['sessions_page'] };
    const read = readQuery(UserPageQuery, query);
    const [found, record] = await Promise.all([
      shownPart(read.sessionsPage, (page) =>
        this.users.searchSessions({ page, pageSize: ON_A_PAGE }, caller, user.id),
      ),
      shownPart(read.page, (page) =>
        this.users.listAuditEvents(user.id, { page, pageSize: ON_A_PAGE }, caller),
      ),
    ]);
    const own = this.pathOf(user, request);
    const names = await this.namesOf(
      record.events.map(({ actor }) => actor),
      user,
      caller,
    );
    return {
      action: this.formOf(user, request),
      values: valuesOfUser(user),
      person: { ...this.person(user, reader), isSelf: reader.id === user.id },
      actions: this.actions(user, reader, found.total > 0),
      sessions: found.sessions.map((one) => sessionItem(one, texts, request[SESSION]?.id, null)),
      events: record.events.map((event) => eventItem(event, texts, names)),
      sessionsPaging: pagingOf(
        found,
        (wanted) => `${pathWith(own, query, { sessions_page: wanted })}#sessions`,
      ),
      paging: pagingOf(record, (wanted) => `${pathWith(own, query, { page: wanted })}#audit`),
    };
  }

  private actions(user: SsoUserBase, { request, id }: Reader, hasSessions: boolean): PageActions {
    const isSelf = user.id === id;
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

  /** The user names of those who acted, as far as they are still there. */
  private async namesOf(
    actors: readonly (string | null)[],
    user: SsoUserBase,
    caller: SsoCaller,
  ): Promise<Map<string, string>> {
    const ids = new Set(actors.filter((actor) => actor !== null && !actor.startsWith('system:')));
    ids.delete(user.id);
    const names = await Promise.all([...ids].map((id) => this.nameOf(String(id), caller)));
    return new Map([[user.id, user.username], ...names.flat()]);
  }

  private async nameOf(id: string, caller: SsoCaller): Promise<[string, string][]> {
    try {
      return [[id, (await this.users.getUserById(id, caller)).username]];
    } catch (error) {
      if (error instanceof UserNotFoundException) return [];
      throw error;
    }
  }
}

function choices(
  chosen: string,
  texts: Texts,
  all: readonly (readonly [string, MessageKey])[],
): PageChoice[] {
  return all.map(([value, key]) => ({ value, label: texts.say(key), selected: value === chosen }));
}
