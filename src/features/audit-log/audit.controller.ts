import { Get, Req, Res } from '@nestjs/common';
import { SsoUserService } from '../../account/sso-user.service.js';
import { SearchAuditInput } from '../../account/user.inputs.js';
import { auditJson, type FOUND_EVENTS, pagingJson } from '../../account/user.json.js';
import { prefersHtml } from '../../http/answer.js';
import type { AuthRequest, AuthResponse } from '../../http/auth-request.js';
import { SsoCaller } from '../../http/caller.decorator.js';
import { Query } from '../../http/input.decorator.js';
import type { Json } from '../../input/json-schema.js';
import { PageResponder } from '../../page/page.responder.js';
import { SuperUserController } from '../../page/super-user-controller.decorator.js';
import { AUDIT_PAGE } from './audit.page.js';

/** `/audit`, for super-users. */
@SuperUserController('audit')
export class AuditController {
  constructor(
    private readonly users: SsoUserService,
    private readonly responder: PageResponder,
  ) {}

  @Get()
  async search(
    @Query(SearchAuditInput) query: SearchAuditInput,
    @SsoCaller() caller: SsoCaller,
    @Req() request: AuthRequest,
    @Res({ passthrough: true }) response: AuthResponse,
  ): Promise<Json<typeof FOUND_EVENTS> | string> {
    if (prefersHtml(request)) return this.responder.show(AUDIT_PAGE, request, response);
    const found = await this.users.searchAuditEvents(query, caller);
    return { events: found.events.map(auditJson), ...pagingJson(found) };
  }
}
