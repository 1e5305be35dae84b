import { Injectable } from '@nestjs/common';
import { NotAuthenticatedException } from '../../account/account.exceptions.js';
import { ownQuery, readQuery } from '../../http/input.decorator.js';
import { Languages } from '../../http/languages.js';
import type { PageContent, PageContents, PageDefinition } from '../../page/page.definition.js';
import { Paths } from '../../page/paths.js';
import { type AuthRequest, SESSION } from '../../http/auth-request.js';
import { CallerPipe } from '../../http/caller.pipe.js';
import { SsoUserService } from '../../account/sso-user.service.js';
import { PageInput } from '../../account/user.inputs.js';
import { pagingOf, pathWith, shownPart } from '../../page/paging.js';
import { sessionItem } from '../../page/session-items.js';

/** Finds what the page `sessions` shows. */
@Injectable()
export class SessionsContents implements PageContents {
  constructor(
    private readonly users: SsoUserService,
    private readonly callers: CallerPipe,
    private readonly languages: Languages,
    private readonly paths: Paths,
  ) {}

  async contentFor(_page: PageDefinition, request: AuthRequest): Promise<PageContent> {
    const session = request[SESSION];
    // Only behind the guards: what they have refused sees nothing.
    if (!session) throw new NotAuthenticatedException();
    const texts = this.languages.of(request);
    // A form that is refused is answered by the first page.
    const query: PageInput = request.method === 'POST' ? {} : readQuery(PageInput, request.query);
    const caller = this.callers.transform({ request, session });
    const found = await shownPart(query.page, (page) =>
      this.users.searchSessions({ ...query, page }, caller),
    );
    const revoke = (id: string): string => this.paths.to(request, `sessions/${id}/revoke`, 'POST');
    return {
      sessions: found.sessions.map((one) => sessionItem(one, texts, session.id, revoke(one.id))),
      revokeOthers: found.total > 1 ? this.paths.to(request, 'sessions/revoke-others', 'POST') : null,
      paging: pagingOf(found, (page) =>
        pathWith(this.paths.to(request, 'sessions'), ownQuery(PageInput, request.query), { page }),
      ),
    };
  }
}

export const SESSIONS_PAGE = {
  name: 'sessions',
  path: 'sessions',
  fields: {},
  script: true,
  link: { name: 'sessions', for: 'signed-in' },
  contents: SessionsContents,
} as const satisfies PageDefinition;
