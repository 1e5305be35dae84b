import { Get, Param, Post, Req, Res } from '@nestjs/common';
import { MethodNotAllowedException } from '../../errors/auth.exceptions.js';
import { Input } from '../../http/input.decorator.js';
import type { Json } from '../../input/json-schema.js';
import { prefersJson } from '../../http/answer.js';
import { PageResponder } from '../../page/page.responder.js';
import { DoubleSubmits } from '../../page/double-submits.js';
import { Face, OnPage, OtherMethods } from '../../page/face.decorators.js';
import { Paths } from '../../page/paths.js';
import { OwnCsrfGuard } from '../../http/csrf.guard.js';
import type { AuthRequest, AuthResponse } from '../../http/auth-request.js';
import { OwnSessionGuard, OwnSuperUserGuard } from '../../http/session.guard.js';
import { SsoCaller } from '../../http/caller.decorator.js';
import { SsoUserService } from '../../account/sso-user.service.js';
import type { UpdateUserInput } from '../../account/user.inputs.js';
import { editedSince, fingerprintOf } from './shown-values.js';
import { valuesOfUser } from './user-items.js';
import { type FULL_USER, fullUserJson } from '../../account/user.json.js';
import type { PASSWORD_GENERATED, SESSIONS_ENDED } from './users.json.js';
import { EditUserForm } from './users.input.js';
import { UsersPages } from './users.pages.js';

/** What is below `/users` for forms, which can only GET and POST; it stands before `/users/:id`, for `new` is no id. */
@Face('users', 'refused', OwnSessionGuard, OwnSuperUserGuard, OwnCsrfGuard)
export class UserFormsController {
  constructor(
    private readonly users: SsoUserService,
    private readonly responder: PageResponder,
    private readonly pages: UsersPages,
    private readonly paths: Paths,
    private readonly submits: DoubleSubmits,
  ) {}

  @Get('new')
  async showCreate(
    @Req() request: AuthRequest,
    @Res({ passthrough: true }) response: AuthResponse,
  ): Promise<object | string> {
    const content = await this.pages.contentFor('create-user', request);
    return this.responder.page('create-user', request, response, content);
  }

  @OtherMethods('new')
  otherOfCreate(): never {
    throw new MethodNotAllowedException('GET, HEAD');
  }

  @Post(':id')
  @OnPage('user', UsersPages)
  async edit(
    @Param('id') id: string,
    @Input(EditUserForm) form: EditUserForm,
    @SsoCaller() caller: SsoCaller,
    @Req() request: AuthRequest,
    @Res({ passthrough: true }) response: AuthResponse,
  ): Promise<object | string> {
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
    const held = shown ?? fingerprintOf(valuesOfUser(await this.users.getUserById(id, caller)));
    return editedSince(held, fields);
  }

  @Get(':id/password')
  async showPassword(
    @Req() request: AuthRequest,
    @Res({ passthrough: true }) response: AuthResponse,
  ): Promise<object | string> {
    const content = await this.pages.contentFor('user-password', request);
    return this.responder.page('user-password', request, response, content);
  }

  @Post(':id/password/generate')
  @OnPage('user-password', UsersPages)
  async generatePassword(
    @Param('id') id: string,
    @SsoCaller() caller: SsoCaller,
    @Req() request: AuthRequest,
    @Res({ passthrough: true }) response: AuthResponse,
  ): Promise<object | string> {
    return this.submits.track(request, response, () => this.reset(id, caller, request, response));
  }

  private async reset(
    id: string,
    caller: SsoCaller,
    request: AuthRequest,
    response: AuthResponse,
  ): Promise<object | string> {
    const { user, password } = await this.users.resetPassword(id, caller);
    const facts: Json<typeof PASSWORD_GENERATED> = {
      message: 'password generated',
      user: fullUserJson(user),
      password,
    };
    return this.responder.done(
      request,
      response,
      facts,
      this.pages.handOver({ user, password }, request, response),
    );
  }

  /** Where a form leads that generates a password: reloading it generates no other one, and shows none. */
  @Get(':id/password/generate')
  async showGenerated(
    @Param('id') id: string,
    @SsoCaller() caller: SsoCaller,
    @Req() request: AuthRequest,
    @Res({ passthrough: true }) response: AuthResponse,
  ): Promise<object | string> {
    const user = await this.users.getUserById(id, caller);
    if (prefersJson(request)) return this.responder.page('user-password', request, response);
    const content = this.pages.generated(user, request, response);
    if (content) return this.responder.show('user-password', request, response, content);
    response.status(303).location(this.pages.pathOf(user, request));
    return '';
  }

  @OtherMethods(':id/password/generate')
  otherOfGenerate(): never {
    throw new MethodNotAllowedException('GET, HEAD, POST');
  }

  @Post(':id/sessions/revoke')
  @OnPage('user', UsersPages)
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

  @Get(':id/delete')
  async showDelete(
    @Req() request: AuthRequest,
    @Res({ passthrough: true }) response: AuthResponse,
  ): Promise<object | string> {
    const content = await this.pages.contentFor('delete-user', request);
    return this.responder.page('delete-user', request, response, content);
  }

  @Post(':id/delete')
  @OnPage('user', UsersPages)
  async delete(
    @Param('id') id: string,
    @SsoCaller() caller: SsoCaller,
    @Req() request: AuthRequest,
    @Res({ passthrough: true }) response: AuthResponse,
  ): Promise<object | string> {
    const facts: Json<typeof FULL_USER> = fullUserJson(await this.users.deleteUserById(id, caller));
    const outcome = { notice: 'user_deleted' } as const;
    return this.responder.done(request, response, facts, this.paths.to(request, 'users'), outcome);
  }

  @OtherMethods(':id/delete')
  otherOfDelete(): never {
    throw new MethodNotAllowedException('GET, HEAD, POST');
  }
}
