import {
  applyDecorators,
  type CanActivate,
  createParamDecorator,
  type ExecutionContext,
  type Type,
  UseFilters,
  UseGuards,
} from '@nestjs/common';
import { SignInRedirectFilter } from '../page/sign-in-redirect.filter.js';
import type { SsoUserBase } from '../user/sso-user.entity.js';
import type { AuthenticatedSession } from '../session/authenticated-session.js';
import { keptFor } from './found-session.js';
import { SessionGuard, SuperUserGuard } from './session.guard.js';

/**
 * Only for people who are signed in. Others who navigate to a page are led to the login, or to change-password, and
 * back; every other request gets the error as JSON. No cache keeps the answer.
 */
export const SignedIn = (): MethodDecorator & ClassDecorator => behind(SessionGuard);

/** {@link SignedIn}, and only for super-users. */
export const SuperUserOnly = (): MethodDecorator & ClassDecorator => behind(SessionGuard, SuperUserGuard);

const behind = (...guards: Type<CanActivate>[]): MethodDecorator & ClassDecorator =>
  applyDecorators(UseGuards(...guards), UseFilters(SignInRedirectFilter));

/** Injects the session that a guard found; `null` for a stranger where `@AllowAnonymous()` lets one in. */
export const CurrentSession = createParamDecorator(
  (_: unknown, context: ExecutionContext): AuthenticatedSession | null => keptFor(context)?.session ?? null,
);

/** Injects the signed-in user; `null` for a stranger where `@AllowAnonymous()` lets one in. */
export const CurrentUser = createParamDecorator(
  (_: unknown, context: ExecutionContext): SsoUserBase | null => keptFor(context)?.session?.user ?? null,
);
