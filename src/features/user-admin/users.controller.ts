import { Delete, Get, Param, Patch, Post, Req, Res } from '@nestjs/common';
import { MethodNotAllowedException } from '../../errors/auth.exceptions.js';
import type { Inspected } from '../../input/check-input.js';
import { Input, InspectedInput, Query } from '../../http/input.decorator.js';
import type { Json } from '../../input/json-schema.js';
import { prefersHtml } from '../../http/answer.js';
import { PageResponder } from '../../page/page.responder.js';
import { DoubleSubmits } from '../../page/double-submits.js';
import { Face, OnPage, OtherMethods } from '../../page/face.decorators.js';
import type { Notice } from '../../page/notices.js';
import { OwnCsrfGuard } from '../../http/csrf.guard.js';
import type { AuthRequest, AuthResponse } from '../../http/auth-request.js';
import { OwnSessionGuard, OwnSuperUserGuard } from '../../http/session.guard.js';
import type { CreatedUser } from '../../account/accounts.js';
import { SsoCaller } from '../../http/caller.decorator.js';
import { NewAccounts } from '../../account/new-accounts.js';
import { PasswordChange } from '../../account/password-change.js';
import type { SsoUserBase } from '../../user/sso-user.entity.js';
import { SsoUserService } from '../../account/sso-user.service.js';
import { CreateUserInput, PageInput, SearchUsersInput, UpdateUserInput } from '../../account/user.inputs.js';
import {
  auditJson,
  type CREATED_USER,
  type FULL_USER,
  fullUserJson,
  pagingJson,
  sessionJson,
} from '../../account/user.json.js';
import type {
  FOUND_EVENTS,
  FOUND_SESSIONS,
  FOUND_USERS,
  PASSWORD_SET,
  SESSIONS_ENDED,
} from './users.json.js';
import { SetPasswordForm } from './users.input.js';
import { UsersPages } from './users.pages.js';

/** `/users`, for super-users. */
@Face('users', 'refused', OwnSessionGuard, OwnSuperUserGuard, OwnCsrfGuard)
export class UsersController {
  constructor(
    private readonly users: SsoUserService,
    private readonly accounts: NewAccounts,
    private readonly passwords: PasswordChange,
    private readonly responder: PageResponder,
    private readonly pages: UsersPages,
    private readonly submits: DoubleSubmits,
  ) {}

  @Get()
  async search(
    @Query(SearchUsersInput) query: SearchUsersInput,
    @SsoCaller() caller: SsoCaller,
    @Req() request: AuthRequest,
    @Res({ passthrough: true }) response: AuthResponse,
  ): Promise<Json<typeof FOUND_USERS> | string> {
    if (prefersHtml(request)) {
      const content = await this.pages.contentFor('users', request);
      return this.responder.show('users', request, response, content);
    }
    const found = await this.users.searchUsers(query, caller);
    return { users: found.users.map(fullUserJson), ...pagingJson(found) };
  }

  @Post()
  @OnPage('create-user', UsersPages)
  async create(
    @InspectedInput(CreateUserInput) input: Inspected<CreateUserInput>,
    @SsoCaller() caller: SsoCaller,
    @Req() request: AuthRequest,
    @Res({ passthrough: true }) response: AuthResponse,
  ): Promise<object | string> {
    return this.submits.track(request, response, () => this.store(input, caller, request, response));
  }

  private async store(
    input: Inspected<CreateUserInput>,
    caller: SsoCaller,
    request: AuthRequest,
    response: AuthResponse,
  ): Promise<object | string> {
    const { user, password }: CreatedUser = await this.accounts.create(input, caller);
    const facts: Json<typeof CREATED_USER> = {
      ...fullUserJson(user),
      ...(password !== undefined && { password }),
    };
    const to =
      password === undefined
        ? this.pages.pathOf(user, request)
        : this.pages.handOver({ user, password }, request, response);
    return this.responder.done(request, response, facts, to, { status: 201, notice: 'user_created' });
  }

  @Get(':id')
  async get(
    @Param('id') id: string,
    @SsoCaller() caller: SsoCaller,
    @Req() request: AuthRequest,
    @Res({ passthrough: true }) response: AuthResponse,
  ): Promise<Json<typeof FULL_USER> | string> {
    if (prefersHtml(request)) {
      const content = await this.pages.contentFor('user', request);
      return this.responder.show('user', request, response, content);
    }
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
  @OnPage('user-password', UsersPages)
  async setPassword(
    @Param('id') userId: string,
    @InspectedInput(SetPasswordForm) form: Inspected<SetPasswordForm>,
    @SsoCaller() caller: SsoCaller,
    @Req() request: AuthRequest,
    @Res({ passthrough: true }) response: AuthResponse,
  ): Promise<object | string> {
    const { user } = await this.passwords.run(
      form.refusal
        ? { refusal: form.refusal, sound: { ...form.sound, userId } }
        : { refusal: null, sound: { ...form.sound, userId } },
      caller,
    );
    const facts: Json<typeof PASSWORD_SET> = { message: 'password changed', user: fullUserJson(user) };
    const outcome = { notice: 'user_password_set' } as const;
    return this.responder.done(request, response, facts, this.pages.pathOf(user, request), outcome);
  }

  @Post(':id/lock')
  @OnPage('user', UsersPages)
  async lock(
    @Param('id') id: string,
    @SsoCaller() caller: SsoCaller,
    @Req() request: AuthRequest,
    @Res({ passthrough: true }) response: AuthResponse,
  ): Promise<object | string> {
    return this.decided(await this.users.lockUser(id, caller), 'user_locked', request, response);
  }

  @Post(':id/unlock')
  @OnPage('user', UsersPages)
  async unlock(
    @Param('id') id: string,
    @SsoCaller() caller: SsoCaller,
    @Req() request: AuthRequest,
    @Res({ passthrough: true }) response: AuthResponse,
  ): Promise<object | string> {
    return this.decided(await this.users.unlockUser(id, caller), 'user_unlocked', request, response);
  }

  @Post(':id/approve')
  @OnPage('user', UsersPages)
  async approve(
    @Param('id') id: string,
    @SsoCaller() caller: SsoCaller,
    @Req() request: AuthRequest,
    @Res({ passthrough: true }) response: AuthResponse,
  ): Promise<object | string> {
    return this.decided(await this.users.approveUser(id, caller), 'user_approved', request, response);
  }

  @Post(':id/reject')
  @OnPage('user', UsersPages)
  async reject(
    @Param('id') id: string,
    @SsoCaller() caller: SsoCaller,
    @Req() request: AuthRequest,
    @Res({ passthrough: true }) response: AuthResponse,
  ): Promise<object | string> {
    return this.decided(await this.users.rejectUser(id, caller), 'user_rejected', request, response);
  }

  @Get(':id/audit')
  async audit(
    @Param('id') id: string,
    @Query(PageInput) query: PageInput,
    @SsoCaller() caller: SsoCaller,
  ): Promise<Json<typeof FOUND_EVENTS>> {
    const found = await this.users.listAuditEvents(id, query, caller);
    return { events: found.events.map(auditJson), ...pagingJson(found) };
  }

  @Get(':id/sessions')
  async sessions(
    @Param('id') id: string,
    @Query(PageInput) query: PageInput,
    @SsoCaller() caller: SsoCaller,
  ): Promise<Json<typeof FOUND_SESSIONS>> {
    const found = await this.users.searchSessions(query, caller, id);
    return { sessions: found.sessions.map(sessionJson), ...pagingJson(found) };
  }

  @Delete(':id/sessions')
  async endSessions(
    @Param('id') id: string,
    @SsoCaller() caller: SsoCaller,
  ): Promise<Json<typeof SESSIONS_ENDED>> {
    return { revoked: await this.users.revokeAllSessions(id, caller) };
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

  @OtherMethods()
  other(): never {
    throw new MethodNotAllowedException('GET, HEAD, POST');
  }

  @OtherMethods(':id')
  otherOfUser(): never {
    throw new MethodNotAllowedException('GET, HEAD, POST, PATCH, DELETE');
  }

  @OtherMethods(':id/password')
  otherOfPassword(): never {
    throw new MethodNotAllowedException('GET, HEAD, POST');
  }
}
