import { Delete, Get, Param, Post, Req, Res } from '@nestjs/common';
import { Query } from '../../http/input.decorator.js';
import type { Json } from '../../input/json-schema.js';
import { PageResponder } from '../../page/page.responder.js';
import { OnPage } from '../../page/auth-controller.decorator.js';
import type { AuthRequest, AuthResponse } from '../../http/auth-request.js';
import { SsoCaller } from '../../http/caller.decorator.js';
import { SsoUserService } from '../../account/sso-user.service.js';
import { PageInput } from '../../account/user.inputs.js';
import { pagingJson, sessionJson } from '../../account/user.json.js';
import type { FOUND_SESSIONS, SESSIONS_ENDED } from './users.json.js';
import { SuperUserController } from '../../page/super-user-controller.decorator.js';
import { UsersPages } from './users.pages.js';
import { USER_PAGE } from './user-admin.pages.js';

/** `/users/:id/sessions`, for super-users. */
@SuperUserController('users/:id/sessions')
export class UserSessionsController {
  constructor(
    private readonly users: SsoUserService,
    private readonly responder: PageResponder,
    private readonly pages: UsersPages,
  ) {}

  @Get()
  async sessions(
    @Param('id') id: string,
    @Query(PageInput) query: PageInput,
    @SsoCaller() caller: SsoCaller,
  ): Promise<Json<typeof FOUND_SESSIONS>> {
    const found = await this.users.searchSessions(query, caller, id);
    return { sessions: found.sessions.map(sessionJson), ...pagingJson(found) };
  }

  @Delete()
  async endSessions(
    @Param('id') id: string,
    @SsoCaller() caller: SsoCaller,
  ): Promise<Json<typeof SESSIONS_ENDED>> {
    return { revoked: await this.users.revokeAllSessions(id, caller) };
  }

  @Post('revoke')
  @OnPage(USER_PAGE)
  async revokeSessions(
    @Param('id') id: string,
    @SsoCaller() caller: SsoCaller,
    @Req() request: AuthRequest,
    @Res({ passthrough: true }) response: AuthResponse,
  ): Promise<object | string> {
    const revoked = await this.users.revokeAllSessions(id, caller);
    const facts: Json<typeof SESSIONS_ENDED> = { revoked };
    const outcome = { notice: 'user_sessions_ended' } as const;
    return this.responder.done(request, response, facts, this.pages.pathOf({ id }, request), outcome);
  }

  @Delete(':session_id')
  async endSession(
    @Param('id') id: string,
    @Param('session_id') sessionId: string,
    @SsoCaller() caller: SsoCaller,
  ): Promise<Json<typeof SESSIONS_ENDED>> {
    await this.users.revokeSession(sessionId, caller, id);
    return { revoked: 1 };
  }

  @Post(':session_id/revoke')
  @OnPage(USER_PAGE)
  async revokeSession(
    @Param('id') id: string,
    @Param('session_id') sessionId: string,
    @SsoCaller() caller: SsoCaller,
    @Req() request: AuthRequest,
    @Res({ passthrough: true }) response: AuthResponse,
  ): Promise<object | string> {
    const facts = await this.endSession(id, sessionId, caller);
    const outcome = { notice: 'session_ended' } as const;
    return this.responder.done(request, response, facts, this.pages.pathOf({ id }, request), outcome);
  }
}
