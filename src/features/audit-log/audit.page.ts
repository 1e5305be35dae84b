import { Injectable } from '@nestjs/common';
import { SuperUserRequiredException } from '../../account/account.exceptions.js';
import { SsoUserService } from '../../account/sso-user.service.js';
import { SearchAuditInput } from '../../account/user.inputs.js';
import { AUDIT_ACTIONS } from '../../audit/audit.actions.js';
import type { SsoAuditEvent } from '../../audit/sso-audit-event.entity.js';
import { type AuthRequest, SESSION } from '../../http/auth-request.js';
import { CallerPipe } from '../../http/caller.pipe.js';
import { ownQuery, readQuery } from '../../http/input.decorator.js';
import { Languages } from '../../http/languages.js';
import type { Texts } from '../../messages/message.js';
import { choices } from '../../page/choices.js';
import { eventItem } from '../../page/event-items.js';
import type { PageContent, PageContents, PageDefinition } from '../../page/page.definition.js';
import { pagingOf, pathWith, shownPart } from '../../page/paging.js';
import { Paths } from '../../page/paths.js';
import { UserStore } from '../../user/user.store.js';
import type { PageAuditEvent, PageAuditSearch, PageDay } from './audit.view.js';

/** Finds the content of the page `audit`. */
@Injectable()
export class AuditContents implements PageContents {
  constructor(
    private readonly users: SsoUserService,
    private readonly store: UserStore,
    private readonly callers: CallerPipe,
    private readonly languages: Languages,
    private readonly paths: Paths,
  ) {}

  async contentFor(_page: PageDefinition, request: AuthRequest): Promise<PageContent> {
    const session = request[SESSION];
    // The page of a request that the guards have refused shows nothing.
    if (!session?.user.isSuperUser) throw new SuperUserRequiredException();
    const caller = this.callers.transform({ request, session });
    const texts = this.languages.of(request);
    const query = readQuery(SearchAuditInput, request.query);
    const found = await shownPart(query.page, (page) =>
      this.users.searchAuditEvents({ ...query, page }, caller),
    );
    const names = await this.store.usernamesOf(found.events.flatMap(idsIn));
    const own = this.paths.to(request, 'audit');
    return {
      action: own,
      search: searchOf(query, texts),
      events: found.events.map((event) => this.item(event, texts, names, request)),
      total: found.total,
      paging: pagingOf(found, (page) => pathWith(own, ownQuery(SearchAuditInput, request.query), { page })),
    };
  }

  private item(
    event: SsoAuditEvent,
    texts: Texts,
    names: ReadonlyMap<string, string>,
    request: AuthRequest,
  ): PageAuditEvent {
    const { actor, target } = event;
    return {
      ...eventItem(event, texts, names),
      user: target === null ? null : this.person(target, names, request),
      isUnknown: actor === null && target === null,
    };
  }

  private person(
    id: string,
    names: ReadonlyMap<string, string>,
    request: AuthRequest,
  ): PageAuditEvent['user'] {
    const users = this.paths.link('users', request);
    // A deleted user has no page.
    const path = users !== null && names.has(id) ? this.paths.to(request, `users/${id}`) : null;
    return { name: names.get(id) ?? id, path };
  }
}

export const AUDIT_PAGE = {
  name: 'audit',
  path: 'audit',
  fields: {},
  script: true,
  link: { name: 'audit', for: 'super-users' },
  contents: AuditContents,
} as const satisfies PageDefinition;

function idsIn({ actor, target }: SsoAuditEvent): string[] {
  return [actor, target].flatMap((id) => id ?? []);
}

function searchOf(query: SearchAuditInput, texts: Texts): PageAuditSearch {
  const { user = '', remoteAddress = '', action = '', outcome = '', knownUser = '' } = query;
  return {
    user,
    remoteAddress,
    since: dayOf(query.since),
    until: dayOf(query.until),
    action: choices(action, texts, [
      ['', 'users.any'],
      ...AUDIT_ACTIONS.map((one) => [one, `audit.${one}`] as const),
    ]),
    outcome: choices(outcome, texts, [
      ['', 'users.any'],
      ['success', 'audit.succeeded'],
      ['failure', 'audit.refused'],
    ]),
    knownUser: choices(String(knownUser), texts, [
      ['', 'users.any'],
      ['true', 'audit.known'],
      ['false', 'audit.unknown'],
    ]),
  };
}

function dayOf(given: Date | string = ''): PageDay {
  const value = String(given);
  // A browser shows an empty date field if its value is an instant.
  return { value, type: value.includes('T') ? 'text' : 'date' };
}
