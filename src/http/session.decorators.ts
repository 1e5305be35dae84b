import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { SsoUserBase } from '../user/sso-user.entity.js';
import type { AuthenticatedSession } from '../session/authenticated-session.js';
import { keptFor } from './found-session.js';

/** Injects the session that a guard found; `null` for a stranger where `@AllowAnonymous()` lets one in. */
export const CurrentSession = createParamDecorator(
  (_: unknown, context: ExecutionContext): AuthenticatedSession | null => keptFor(context)?.session ?? null,
);

/** Injects the signed-in user; `null` for a stranger where `@AllowAnonymous()` lets one in. */
export const CurrentUser = createParamDecorator(
  (_: unknown, context: ExecutionContext): SsoUserBase | null => keptFor(context)?.session?.user ?? null,
);
