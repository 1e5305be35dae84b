import { Get, Post, Req, Res } from '@nestjs/common';
import { SsoUserService } from '../../account/sso-user.service.js';
import { type PROFILE, profileJson } from '../../account/user.json.js';
import { prefersHtml } from '../../http/answer.js';
import type { AuthRequest, AuthResponse } from '../../http/auth-request.js';
import { SsoCaller } from '../../http/caller.decorator.js';
import { OwnCsrfGuard } from '../../http/csrf.guard.js';
import { OwnSessionGuard } from '../../http/session.guard.js';
import { UserBodies } from '../../http/user-bodies.js';
import type { Json } from '../../input/json-schema.js';
import { AuthController } from '../../page/auth-controller.decorator.js';
import { PageResponder } from '../../page/page.responder.js';
import { Paths } from '../../page/paths.js';
import { editedSince } from '../../page/shown-values.js';
import { ProfileForm } from './profile.input.js';
import { PROFILE_PAGE } from './profile.page.js';

/** `/profile`, where users see and change their own data. */
@AuthController('profile', PROFILE_PAGE, OwnSessionGuard, OwnCsrfGuard)
export class ProfileController {
  constructor(
    private readonly users: SsoUserService,
    private readonly responder: PageResponder,
    private readonly paths: Paths,
    private readonly bodies: UserBodies,
  ) {}

  @Get()
  async show(
    @SsoCaller() caller: SsoCaller,
    @Req() request: AuthRequest,
    @Res({ passthrough: true }) response: AuthResponse,
  ): Promise<Json<typeof PROFILE> | string> {
    if (prefersHtml(request)) return this.responder.show(PROFILE_PAGE, request, response);
    return profileJson(await this.users.getCurrentUser(caller));
  }

  @Post()
  async update(
    @SsoCaller() caller: SsoCaller,
    @Req() request: AuthRequest,
    @Res({ passthrough: true }) response: AuthResponse,
  ): Promise<object | string> {
    const { shown, ...given } = this.bodies.read(ProfileForm, request);
    const input = shown === undefined ? given : editedSince(shown, given, this.bodies.input(ProfileForm));
    const facts: Json<typeof PROFILE> = profileJson(await this.users.updateCurrentUser(input, caller));
    const to = this.paths.to(request, 'profile');
    return this.responder.done(request, response, facts, to, { notice: 'profile_changed' });
  }
}
