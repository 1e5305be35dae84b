import { Get, Post, Req, Res } from '@nestjs/common';
import { Query } from '../../http/input.decorator.js';
import type { Json } from '../../input/json-schema.js';
import { prefersHtml } from '../../http/answer.js';
import { PageResponder } from '../../page/page.responder.js';
import { DoubleSubmits } from '../../page/double-submits.js';
import { OnPage } from '../../page/auth-controller.decorator.js';
import type { AuthRequest, AuthResponse } from '../../http/auth-request.js';
import { SsoCaller } from '../../http/caller.decorator.js';
import { UserBodies } from '../../http/user-bodies.js';
import { type CreatedUser, NewAccounts } from '../../account/new-accounts.js';
import { SsoUserService } from '../../account/sso-user.service.js';
import { CreateUserInput, SearchUsersInput } from '../../account/user.inputs.js';
import { type CREATED_USER, fullUserJson, pagingJson } from '../../account/user.json.js';
import type { FOUND_USERS } from './users.json.js';
import { SuperUserController } from '../../page/super-user-controller.decorator.js';
import { UsersPages } from './users.pages.js';
import { CREATE_USER_PAGE, USERS_PAGE } from './user-admin.pages.js';

/** `/users` and `/users/new`, for super-users. */
@SuperUserController('users')
export class UsersController {
  constructor(
    private readonly users: SsoUserService,
    private readonly accounts: NewAccounts,
    private readonly responder: PageResponder,
    private readonly pages: UsersPages,
    private readonly submits: DoubleSubmits,
    private readonly bodies: UserBodies,
  ) {}

  @Get()
  async search(
    @Query(SearchUsersInput) query: SearchUsersInput,
    @SsoCaller() caller: SsoCaller,
    @Req() request: AuthRequest,
    @Res({ passthrough: true }) response: AuthResponse,
  ): Promise<Json<typeof FOUND_USERS> | string> {
    if (prefersHtml(request)) {
      return this.responder.show(USERS_PAGE, request, response);
    }
    const found = await this.users.searchUsers(query, caller);
    return { users: found.users.map(fullUserJson), ...pagingJson(found) };
  }

  @Post()
  @OnPage(CREATE_USER_PAGE)
  async create(
    @SsoCaller() caller: SsoCaller,
    @Req() request: AuthRequest,
    @Res({ passthrough: true }) response: AuthResponse,
  ): Promise<object | string> {
    return this.submits.track(request, response, () => this.store(caller, request, response));
  }

  private async store(
    caller: SsoCaller,
    request: AuthRequest,
    response: AuthResponse,
  ): Promise<object | string> {
    const input = this.bodies.inspect(CreateUserInput, request);
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

  @Get('new')
  async showCreate(
    @Req() request: AuthRequest,
    @Res({ passthrough: true }) response: AuthResponse,
  ): Promise<object | string> {
    return this.responder.page(CREATE_USER_PAGE, request, response);
  }
}
