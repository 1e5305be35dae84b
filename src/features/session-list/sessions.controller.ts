import { Delete, Get, Param, Post, Req, Res, UseGuards } from '@nestjs/common';
import { Query } from '../../http/input.decorator.js';
import type { Json } from '../../input/json-schema.js';
import { prefersHtml } from '../../http/answer.js';
import { PageResponder } from '../../page/page.responder.js';
import { AuthController, OnPage } from '../../page/auth-controller.decorator.js';
import { Paths } from '../../page/paths.js';
import { OwnCsrfGuard } from '../../http/csrf.guard.js';
import type { AuthRequest, AuthResponse } from '../../http/auth-request.js';
import type { AuthenticatedSession } from '../../session/authenticated-session.js';
import { TokenTransport } from '../../http/token.transport.js';
import { CurrentSession } from '../../http/session.decorators.js';
import { OwnSessionGuard } from '../../http/session.guard.js';
import { SsoCaller } from '../../http/caller.decorator.js';
import { SsoUserService } from '../../account/sso-user.service.js';
import { PageInput } from '../../account/user.inputs.js';
import { pagingJson, sessionJson } from '../../account/user.json.js';
import type { ENDED, OTHERS_ENDED, OWN_SESSIONS } from './sessions.json.js';
import { REFUSED_PAGE } from '../../page/refused.page.js';
import { SESSIONS_PAGE } from './sessions.page.js';

/** `/sessions` */
@AuthController('sessions', REFUSED_PAGE)
export class SessionsController {
  constructor(
    private readonly users: SsoUserService,
    private readonly responder: PageResponder,
    private readonly paths: Paths,
    private readonly transport: TokenTransport,
  ) {}

  @Get()
  @UseGuards(OwnSessionGuard)
  @OnPage(SESSIONS_PAGE)
  async list(
    @CurrentSession() { id }: AuthenticatedSession,
    @Query(PageInput) query: PageInput,
    @SsoCaller() caller: SsoCaller,
    @Req() request: AuthRequest,
    @Res({ passthrough: true }) response: AuthResponse,
  ): Promise<Json<typeof OWN_SESSIONS> | string> {
    if (prefersHtml(request)) {
      return this.responder.show(SESSIONS_PAGE, request, response);
    }
    const found = await this.users.searchSessions(query, caller);
    return {
      sessions: found.sessions.map((session) => ({ ...sessionJson(session), current: session.id === id })),
      ...pagingJson(found),
    };
  }

  @Post('revoke-others')
  @UseGuards(OwnSessionGuard, OwnCsrfGuard)
  @OnPage(SESSIONS_PAGE)
  async revokeOthers(
    @SsoCaller() caller: SsoCaller,
    @Req() request: AuthRequest,
    @Res({ passthrough: true }) response: AuthResponse,
  ): Promise<object | string> {
    const revoked = await this.users.revokeOtherSessions(caller);
    const facts: Json<typeof OTHERS_ENDED> = {
      message: 'sessions ended',
      redirect_to: this.paths.to(request, 'sessions'),
      revoked,
    };
    return this.responder.success(request, response, facts, { notice: 'other_sessions_ended' });
  }

  @Delete(':id')
  @UseGuards(OwnSessionGuard, OwnCsrfGuard)
  async delete(
    @Param('id') id: string,
    @CurrentSession() session: AuthenticatedSession,
    @SsoCaller() caller: SsoCaller,
    @Req() request: AuthRequest,
    @Res({ passthrough: true }) response: AuthResponse,
  ): Promise<object | string> {
    return this.revoke(id, session, caller, request, response);
  }

  @Post(':id/revoke')
  @UseGuards(OwnSessionGuard, OwnCsrfGuard)
  @OnPage(SESSIONS_PAGE)
  async revoke(
    @Param('id') id: string,
    @CurrentSession() session: AuthenticatedSession,
    @SsoCaller() caller: SsoCaller,
    @Req() request: AuthRequest,
    @Res({ passthrough: true }) response: AuthResponse,
  ): Promise<object | string> {
    await this.users.revokeSession(id, caller);
    const isCurrent = id.toLowerCase() === session.id;
    if (isCurrent) this.transport.clear(request, response);
    const facts: Json<typeof ENDED> = {
      message: 'session ended',
      redirect_to: this.paths.to(request, 'sessions'),
    };
    return this.responder.success(request, response, facts, {
      notice: isCurrent ? 'signed_out' : 'session_ended',
    });
  }
}
