import { Get, UseGuards } from '@nestjs/common';
import type { Json } from '../../input/json-schema.js';
import { AuthController } from '../../page/auth-controller.decorator.js';
import type { AuthenticatedSession } from '../../session/authenticated-session.js';
import { CurrentSession } from '../../http/session.decorators.js';
import { OwnSessionGuard } from '../../http/session.guard.js';
import { AllowAnyRequirement } from '../../http/session.marks.js';
import { userJson } from '../../account/user.json.js';
import type { CURRENT } from './sessions.json.js';

/** `/session` */
@AuthController('session')
export class SessionController {
  @Get()
  @UseGuards(OwnSessionGuard)
  @AllowAnyRequirement()
  current(@CurrentSession() session: AuthenticatedSession): Json<typeof CURRENT> {
    return {
      user: userJson(session.user),
      expires_at: session.expiresAt.toISOString(),
      max_expires_at: session.maxExpiresAt.toISOString(),
      authenticated_at: session.authenticatedAt.toISOString(),
      amr: [...session.amr],
      remembered: session.remembered,
      password_change_required: session.passwordChangeRequired,
    };
  }
}
