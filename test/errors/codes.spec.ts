import { describe, expect, expectTypeOf, it } from 'vitest';
import * as library from '../../src/index.js';
import {
  AccountLockedException,
  type AuthErrorBody,
  type AuthErrorCode,
  type PasswordRuleCode,
} from '../../src/index.js';
import * as codes from '../../src/errors/auth.codes.js';

type Library = typeof library;

/** The codes that the exported exception classes can have. */
type Thrown = {
  [Name in Exclude<keyof Library, 'AuthException'>]: Library[Name] extends abstract new (
    ...given: never[]
  ) => library.AuthException<infer Code>
    ? Code
    : never;
}[Exclude<keyof Library, 'AuthException'>];

describe('the codes of refusals', () => {
  it('are those of the exception classes, no more and no fewer', () => {
    expectTypeOf<Thrown>().toEqualTypeOf<AuthErrorCode | PasswordRuleCode>();
  });

  it('are literals on their classes, and make the status', () => {
    const exception = new AccountLockedException();
    expectTypeOf(exception.code).toEqualTypeOf<'account_locked'>();
    expect(exception.getStatus()).toBe(library.authErrorStatus.account_locked);
    const body: AuthErrorBody = { statusCode: 403, code: exception.code, message: exception.message };
    expect(exception.getResponse()).toEqual(body);
  });

  it('are in a file that a browser can load alone', () => {
    expect(codes.authErrorStatus).toBe(library.authErrorStatus);
    expect(new Set(Object.values(codes.authErrorStatus))).toEqual(
      new Set([400, 401, 403, 404, 405, 409, 413, 415, 422, 429, 503]),
    );
  });
});
