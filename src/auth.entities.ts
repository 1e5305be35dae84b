import type { Type } from '@nestjs/common';
import { coreEntitiesFor, coreMigrations } from './account/entities.js';
import { FEATURE_ENTITIES, FEATURE_MIGRATIONS } from './features/tables.js';
import { SsoUser, type SsoUserBase } from './user/sso-user.entity.js';

/** Returns the module's entities, with the host's user class in place of {@link SsoUser}. */
export function authEntitiesFor<User extends SsoUserBase>(userEntity: Type<User>): Type[] {
  return [...coreEntitiesFor(userEntity), ...FEATURE_ENTITIES];
}

/** The module's entities, to spread into the `entities` of the host's data source. */
export const authEntities: Type[] = authEntitiesFor(SsoUser);

/** The module's migrations, to spread into the `migrations` of the host's data source. */
export const authMigrations: Type[] = [...coreMigrations, ...FEATURE_MIGRATIONS];
