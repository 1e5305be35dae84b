import { Reflector } from '@nestjs/core';
import type { SsoUser, SsoUserBase } from '../user/sso-user.entity.js';

/**
 * What each user may do: extend it with the rules of your application, such as a table of roles, and provide your class under
 * this one: `{ provide: Permissions, useClass: MyPermissions }`.
 */
export abstract class Permissions<User extends SsoUserBase = SsoUser> {
  /** Returns the permissions of a user, such as `orders.write`. It is called for every request that `@Requires()` guards. */
  abstract of(user: User): readonly string[] | Promise<readonly string[]>;
}

/** Permissions that a handler or a controller requires. */
export const RequiredPermissions = Reflector.createDecorator<readonly string[]>();
