import { Delete, Get, HttpCode, Param, Patch, Post } from '@nestjs/common';
import { Input, Query } from '../input/input.decorator.js';
import type { Json } from '../json-schema.js';
import { Face } from '../page/face.decorators.js';
import { CsrfGuard } from '../protect/csrf.guard.js';
import { SessionGuard, SuperUserGuard } from '../session/session.guard.js';
import { SsoCaller } from '../user/caller.js';
import type { CreatedUser } from '../user/accounts.js';
import { SsoUserService } from '../user/sso-user.service.js';
import { CreateUserInput, PageInput, SearchUsersInput, UpdateUserInput } from '../user/user.inputs.js';
import { auditJson, type CREATED_USER, type FULL_USER, fullUserJson, sessionJson } from './user.json.js';
import type { FOUND_EVENTS, FOUND_SESSIONS, FOUND_USERS, PASSWORD_SET, SESSIONS_ENDED } from './users.doc.js';
import { SetPasswordForm } from './users.input.js';

/** `/users`, for super-users. */
@Face('users', null, SessionGuard, SuperUserGuard, CsrfGuard)
export class UsersController {
  constructor(private readonly users: SsoUserService) {}

  @Get()
  async search(
    @Query(SearchUsersInput) query: SearchUsersInput,
    @SsoCaller() caller: SsoCaller,
  ): Promise<Json<typeof FOUND_USERS>> {
    const { users, page, pageSize, total } = await this.users.searchUsers(query, caller);
    return { users: users.map(fullUserJson), page, page_size: pageSize, total };
  }

  @Post()
  async create(
    @Input(CreateUserInput) input: CreateUserInput,
    @SsoCaller() caller: SsoCaller,
  ): Promise<Json<typeof CREATED_USER>> {
    const { user, password }: CreatedUser = await this.users.createUser(input, caller);
    return { ...fullUserJson(user), ...(password !== undefined && { password }) };
  }

  @Get(':id')
  async get(@Param('id') id: string, @SsoCaller() caller: SsoCaller): Promise<Json<typeof FULL_USER>> {
    return fullUserJson(await this.users.getUserById(id, caller));
  }

  @Patch(':id')
  async update(
    @Param('id') id: string,
    @Input(UpdateUserInput) input: UpdateUserInput,
    @SsoCaller() caller: SsoCaller,
  ): Promise<Json<typeof FULL_USER>> {
    return fullUserJson(await this.users.updateUserById(id, input, caller));
  }

  @Delete(':id')
  async delete(@Param('id') id: string, @SsoCaller() caller: SsoCaller): Promise<Json<typeof FULL_USER>> {
    return fullUserJson(await this.users.deleteUserById(id, caller));
  }

  @Post(':id/password')
  @HttpCode(200)
  async setPassword(
    @Param('id') userId: string,
    @Input(SetPasswordForm) form: SetPasswordForm,
    @SsoCaller() caller: SsoCaller,
  ): Promise<Json<typeof PASSWORD_SET>> {
    const { user } = await this.users.changePassword({ ...form, userId }, caller);
    return { message: 'password changed', user: fullUserJson(user) };
  }

  @Post(':id/lock')
  @HttpCode(200)
  async lock(@Param('id') id: string, @SsoCaller() caller: SsoCaller): Promise<Json<typeof FULL_USER>> {
    return fullUserJson(await this.users.lockUser(id, caller));
  }

  @Post(':id/unlock')
  @HttpCode(200)
  async unlock(@Param('id') id: string, @SsoCaller() caller: SsoCaller): Promise<Json<typeof FULL_USER>> {
    return fullUserJson(await this.users.unlockUser(id, caller));
  }

  @Post(':id/approve')
  @HttpCode(200)
  async approve(@Param('id') id: string, @SsoCaller() caller: SsoCaller): Promise<Json<typeof FULL_USER>> {
    return fullUserJson(await this.users.approveUser(id, caller));
  }

  @Post(':id/reject')
  @HttpCode(200)
  async reject(@Param('id') id: string, @SsoCaller() caller: SsoCaller): Promise<Json<typeof FULL_USER>> {
    return fullUserJson(await this.users.rejectUser(id, caller));
  }

  @Get(':id/audit')
  async audit(
    @Param('id') id: string,
    @Query(PageInput) query: PageInput,
    @SsoCaller() caller: SsoCaller,
  ): Promise<Json<typeof FOUND_EVENTS>> {
    const { events, page, pageSize, total } = await this.users.listAuditEvents(id, query, caller);
    return { events: events.map(auditJson), page, page_size: pageSize, total };
  }

  @Get(':id/sessions')
  async sessions(
    @Param('id') id: string,
    @SsoCaller() caller: SsoCaller,
  ): Promise<Json<typeof FOUND_SESSIONS>> {
    return { sessions: (await this.users.listSessions(caller, id)).map(sessionJson) };
  }

  @Delete(':id/sessions')
  async endSessions(
    @Param('id') id: string,
    @SsoCaller() caller: SsoCaller,
  ): Promise<Json<typeof SESSIONS_ENDED>> {
    return { revoked: await this.users.revokeAllSessions(id, caller) };
  }
}
