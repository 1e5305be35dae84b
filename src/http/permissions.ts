import { Reflector } from '@nestjs/core';
import type { SsoUser, SsoUserBase } from '../user/sso-user.entity.js';

/**
 * What each user may do: extend it with the rules of your application, such as a table of roles, and provide your class under
 * this one: `{ provide: Permissions, useClass: MyPermissions }`.
 */
export abstract class Permissions<User extends SsoUserBase = SsoUser> {
  /** The names of everything that the user may do, such as `orders.write`. It is asked for every request that `@Requires()` guards. */
  abstract of(user: User): readonly string[] | Promise<readonly string[]>;
}

/** What a handler or a controller requires. */
export const RequiredPermissions = Reflector.createDecorator<readonly string[]>();
