// The built library, and of its inside what a host reaches only through the public services.
export { AuthModule, authEntities, authMigrations, SsoSession, SsoUserService } from '../../../dist/index.js';
export type { PasswordHasher } from '../../../dist/index.js';
export { SessionService } from '../../../dist/session/session.service.js';
export { WriteAheadLog } from '../../../dist/database/write-ahead-log.js';
