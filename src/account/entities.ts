import type { Type } from '@nestjs/common';
import { SsoAuditEvent } from '../audit/sso-audit-event.entity.js';
import { SsoInit1763700000000 } from '../database/migrations/1763700000000-sso-init.js';
import { SsoPasswordHistory } from '../password/sso-password-history.entity.js';
import { SsoSession } from '../session/sso-session.entity.js';
import type { SsoUserBase } from '../user/sso-user.entity.js';

/** The entities of the core, with this user class. */
export function coreEntitiesFor<User extends SsoUserBase>(userEntity: Type<User>): Type[] {
  return [userEntity, SsoSession, SsoPasswordHistory, SsoAuditEvent];
}

/** The migrations of the core. */
export const coreMigrations: readonly Type[] = [SsoInit1763700000000];
