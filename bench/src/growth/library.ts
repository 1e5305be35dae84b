// The built library, and of its inside what a host reaches only through the public services.
export {
  AuthModule,
  authEntities,
  authMigrations,
  SsoSession,
  SsoUserService,
} from '../../../build/index.js';
export type { PasswordHasher } from '../../../build/index.js';
export { SessionService } from '../../../build/session/session.service.js';
