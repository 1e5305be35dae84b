import {
  applyDecorators,
  type CanActivate,
  SetMetadata,
  type Type,
  UseFilters,
  UseGuards,
} from '@nestjs/common';
import { PermissionGuard } from '../http/permission.guard.js';
import { RequiredPermissions } from '../http/permissions.js';
import { SessionGuard, SuperUserGuard } from '../http/session.guard.js';
import { AllowAnonymous } from '../http/session.marks.js';
import { SignInRedirectFilter } from './sign-in-redirect.filter.js';

/**
 * Only for people who are signed in. Others who navigate to a page are led to the login, or to change-password, and
 * back; every other request gets the error as JSON. No cache keeps the answer.
 */
export const SignedIn = (): MethodDecorator & ClassDecorator => behind(SessionGuard);

/** {@link SignedIn}, and only for super-users. */
export const SuperUserOnly = (): MethodDecorator & ClassDecorator => behind(SessionGuard, SuperUserGuard);

/**
 * {@link SignedIn}, and only for users who have all of these permissions, by the `Permissions` of the application. What a
 * controller requires, its handlers require too.
 */
export const Requires = (...permissions: readonly [string, ...string[]]): MethodDecorator & ClassDecorator =>
  applyDecorators(RequiredPermissions(permissions), behind(SessionGuard, PermissionGuard));

const behind = (...guards: Type<CanActivate>[]): MethodDecorator & ClassDecorator =>
  applyDecorators(closed, UseGuards(...guards), UseFilters(SignInRedirectFilter));

/** What is marked here is not opened by the `@AllowAnonymous()` of a whole controller, only by its own. */
const closed = (target: object, _name?: string | symbol, method?: PropertyDescriptor): void => {
  const marked = (method?.value as object | undefined) ?? target;
  if (!Reflect.hasOwnMetadata(AllowAnonymous.KEY, marked))
    SetMetadata(AllowAnonymous.KEY, false)(marked as Type);
};
