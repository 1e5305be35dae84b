import { Delete, Get, Param, Patch, Post, Req, Res } from '@nestjs/common';
import { Query } from '../../http/input.decorator.js';
import type { Json } from '../../input/json-schema.js';
import { prefersHtml } from '../../http/answer.js';
import { PageResponder } from '../../page/page.responder.js';
import { OnPage } from '../../page/auth-controller.decorator.js';
import type { Notice } from '../../page/notices.js';
import { Paths } from '../../page/paths.js';
import type { AuthRequest, AuthResponse } from '../../http/auth-request.js';
import { SsoCaller } from '../../http/caller.decorator.js';
import { UserBodies } from '../../http/user-bodies.js';
import type { SsoUserBase } from '../../user/sso-user.entity.js';
import { SsoUserService } from '../../account/sso-user.service.js';
import { PageInput, UpdateUserInput } from '../../account/user.inputs.js';
import { editedSince } from '../../page/shown-values.js';
import { valuesOfUser } from './user-items.js';
import {
  auditJson,
  type FOUND_EVENTS,
  type FULL_USER,
  fullUserJson,
  pagingJson,
} from '../../account/user.json.js';
import { EditUserForm } from './users.input.js';
import { SuperUserController } from '../../page/super-user-controller.decorator.js';
import { UsersPages } from './users.pages.js';
import { USER_PAGE, DELETE_USER_PAGE } from './user-admin.pages.js';

/** `/users/:id`, for super-users; forms can only GET and POST. */
@SuperUserController('users/:id')
export class UserController {
  constructor(
    private readonly users: SsoUserService,
    private readonly responder: PageResponder,
    private readonly pages: UsersPages,
    private readonly paths: Paths,
    private readonly bodies: UserBodies,
  ) {}

  @Get()
  async get(
    @Param('id') id: string,
    @SsoCaller() caller: SsoCaller,
    @Req() request: AuthRequest,
    @Res({ passthrough: true }) response: AuthResponse,
  ): Promise<Json<typeof FULL_USER> | string> {
    if (prefersHtml(request)) {
      return this.responder.show(USER_PAGE, request, response);
    }
    return fullUserJson(await this.users.getUserById(id, caller));
  }

  @Post()
  @OnPage(USER_PAGE)
  async edit(
    @Param('id') id: string,
    @SsoCaller() caller: SsoCaller,
    @Req() request: AuthRequest,
    @Res({ passthrough: true }) response: AuthResponse,
  ): Promise<object | string> {
    const form = this.bodies.read(EditUserForm, request);
    const user = await this.users.updateUserById(id, await this.changesOf(id, form, caller), caller);
    const facts: Json<typeof FULL_USER> = fullUserJson(user);
    const outcome = { notice: 'user_changed' } as const;
    return this.responder.done(request, response, facts, this.pages.pathOf(user, request), outcome);
  }

  /** A form always sends all its fields; what the person did not change must not undo what somebody else has changed. */
  private async changesOf(
    id: string,
    { shown, ...fields }: EditUserForm,
    caller: SsoCaller,
  ): Promise<UpdateUserInput> {
    // Without it, what is so already is no change.
    const held = shown ?? valuesOfUser(await this.users.getUserById(id, caller))['shown'] ?? '';
    return editedSince(held, fields, this.bodies.input(UpdateUserInput));
  }

  @Patch()
  async update(
    @Param('id') id: string,
    @SsoCaller() caller: SsoCaller,
    @Req() request: AuthRequest,
  ): Promise<Json<typeof FULL_USER>> {
    const input = this.bodies.read(UpdateUserInput, request);
    return fullUserJson(await this.users.updateUserById(id, input, caller));
  }

  @Delete()
  async delete(@Param('id') id: string, @SsoCaller() caller: SsoCaller): Promise<Json<typeof FULL_USER>> {
    return fullUserJson(await this.users.deleteUserById(id, caller));
  }

  @Get('delete')
  async showDelete(
    @Req() request: AuthRequest,
    @Res({ passthrough: true }) response: AuthResponse,
  ): Promise<object | string> {
    return this.responder.page(DELETE_USER_PAGE, request, response);
  }

  @Post('delete')
  @OnPage(USER_PAGE)
  async deleteByForm(
    @Param('id') id: string,
    @SsoCaller() caller: SsoCaller,
    @Req() request: AuthRequest,
    @Res({ passthrough: true }) response: AuthResponse,
  ): Promise<object | string> {
    const facts: Json<typeof FULL_USER> = fullUserJson(await this.users.deleteUserById(id, caller));
    const outcome = { notice: 'user_deleted' } as const;
    return this.responder.done(request, response, facts, this.paths.to(request, 'users'), outcome);
  }

  @Post('lock')
  @OnPage(USER_PAGE)
  async lock(
    @Param('id') id: string,
    @SsoCaller() caller: SsoCaller,
    @Req() request: AuthRequest,
    @Res({ passthrough: true }) response: AuthResponse,
  ): Promise<object | string> {
    return this.decided(await this.users.lockUser(id, caller), 'user_locked', request, response);
  }

  @Post('unlock')
  @OnPage(USER_PAGE)
  async unlock(
    @Param('id') id: string,
    @SsoCaller() caller: SsoCaller,
    @Req() request: AuthRequest,
    @Res({ passthrough: true }) response: AuthResponse,
  ): Promise<object | string> {
    return this.decided(await this.users.unlockUser(id, caller), 'user_unlocked', request, response);
  }

  @Post('approve')
  @OnPage(USER_PAGE)
  async approve(
    @Param('id') id: string,
    @SsoCaller() caller: SsoCaller,
    @Req() request: AuthRequest,
    @Res({ passthrough: true }) response: AuthResponse,
  ): Promise<object | string> {
    return this.decided(await this.users.approveUser(id, caller), 'user_approved', request, response);
  }

  @Post('reject')
  @OnPage(USER_PAGE)
  async reject(
    @Param('id') id: string,
    @SsoCaller() caller: SsoCaller,
    @Req() request: AuthRequest,
    @Res({ passthrough: true }) response: AuthResponse,
  ): Promise<object | string> {
    return this.decided(await this.users.rejectUser(id, caller), 'user_rejected', request, response);
  }

  private decided(
    user: SsoUserBase,
    notice: Notice,
    request: AuthRequest,
    response: AuthResponse,
  ): object | string {
    const facts: Json<typeof FULL_USER> = fullUserJson(user);
    return this.responder.done(request, response, facts, this.pages.pathOf(user, request), { notice });
  }

  @Get('audit')
  async audit(
    @Param('id') id: string,
    @Query(PageInput) query: PageInput,
    @SsoCaller() caller: SsoCaller,
  ): Promise<Json<typeof FOUND_EVENTS>> {
    const found = await this.users.listAuditEvents(id, query, caller);
    return { events: found.events.map(auditJson), ...pagingJson(found) };
  }
}
