/**
 * For the tests of an application, in Vitest and Jest.
 *
 * @module testing
 */

export { AuthTestingModule } from './testing/auth-testing.module.js';
export type { SignedInPerson } from './testing/only-session.js';
export { type FormToken, formToken } from './testing/form-token.js';
export { signIn } from './testing/sign-in.js';
export type { TestUser } from './testing/test-user.js';
