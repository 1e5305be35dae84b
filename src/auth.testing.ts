/**
 * Helpers for the tests of an application, with Vitest or Jest.
 *
 * @module testing
 */

export { AuthTestingModule } from './testing/auth-testing.module.js';
export type { SignedInPerson } from './testing/only-session.js';
export { type FormToken, formToken } from './testing/form-token.js';
export { signIn } from './testing/sign-in.js';
export type { TestUser } from './testing/test-user.js';
