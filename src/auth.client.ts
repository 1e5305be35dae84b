/**
 * Typed client of the JSON API for browsers, mobile apps and Node, without dependencies.
 *
 * @module client
 */

export { AuthClient, type AuthClientOptions } from './client/auth-client.js';
export { AuthClientError, type AuthClientErrorCode } from './client/client.error.js';
export type {
  ChangedPassword,
  ChangePasswordFields,
  ClientUser,
  CurrentSession,
  Done,
  Login,
  LoginFields,
  Registration,
  RegistrationFields,
  SessionItem,
  SessionList,
} from './client/client.types.js';
export { MemoryTokens, type TokenStore } from './client/token.store.js';
export type { AuthErrorCode, FieldError, PasswordRuleCode } from './errors/auth.codes.js';
