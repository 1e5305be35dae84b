import type { Type } from '@nestjs/common';
import { SsoAuditEvent } from '../audit/sso-audit-event.entity.js';
import { SsoInit1763700000000 } from '../database/migrations/1763700000000-sso-init.js';
import { SsoPasswordHistory } from '../password/sso-password-history.entity.js';
import { SsoSession } from '../session/sso-session.entity.js';
import { SsoUser, type SsoUserBase } from '../user/sso-user.entity.js';

/** The module's entities with the host's own user class in the place of {@link SsoUser}. */
export function authEntitiesFor<User extends SsoUserBase>(userEntity: Type<User>): Type[] {
  return [userEntity, SsoSession, SsoPasswordHistory, SsoAuditEvent];
}

/** The module's entities, to spread into the `entities` of the host's data source. */
export const authEntities: Type[] = authEntitiesFor(SsoUser);

/** The module's migrations, to spread into the `migrations` of the host's data source. */
export const authMigrations: Type[] = [SsoInit1763700000000];
