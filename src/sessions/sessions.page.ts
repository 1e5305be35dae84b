import { Injectable } from '@nestjs/common';
import { NotAuthenticatedException } from '../auth.exceptions.js';
import { Languages } from '../page/languages.js';
import type { PageContent } from '../page/page-content.js';
import type { PageContents } from '../page/page.filter.js';
import type { PageName } from '../page/pages.js';
import { Paths } from '../page/paths.js';
import { type AuthRequest, SESSION } from '../session/auth-request.js';
import { CallerPipe } from '../user/caller.pipe.js';
import { SsoUserService } from '../user/sso-user.service.js';
import { sessionItem } from './session-items.js';

/** What the page `sessions` shows. */
@Injectable()
export class SessionsPage implements PageContents {
  constructor(
    private readonly users: SsoUserService,
    private readonly callers: CallerPipe,
    private readonly languages: Languages,
    private readonly paths: Paths,
  ) {}

  async contentFor(_page: PageName, request: AuthRequest): Promise<PageContent> {
    const session = request[SESSION];
    // Only behind the guards: what they have refused sees nothing.
    if (!session) throw new NotAuthenticatedException();
    const texts = this.languages.of(request);
    const sessions = await this.users.listSessions(this.callers.transform({ request, session }));
    const revoke = (id: string): string => this.paths.to(`sessions/${id}/revoke`);
    return {
      sessions: sessions.map((one) => sessionItem(one, texts, session.id, revoke(one.id))),
      revokeOthers: sessions.length > 1 ? this.paths.to('sessions/revoke-others') : null,
    };
  }
}
