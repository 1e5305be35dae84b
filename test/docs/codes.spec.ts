import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as library from '../../src/index.js';
import { AuthException, type AuthErrorCode, authErrorStatus } from '../../src/index.js';
import { textOf } from './pages.js';

interface Row {
  code: string;
  status: number;
  class: string;
}

/** The rows of the table of errors, one for each code; a row of several codes has one status and class for all, or one each. */
function rowsOf(page: string): Row[] {
  const table = page.slice(page.indexOf('## Errors')).split('\n');
  return table.flatMap((line) => {
    const [, codes = '', statuses = '', , classes = ''] = line.split('|');
    const names = [...codes.matchAll(/`([a-z_]+)`/g)].map(([, name = '']) => name);
    const numbers = statuses.split(',').map(Number);
    const called = [...classes.matchAll(/`(\w+)`/g)].map(([, name = '']) => name);
    const each = <T>(list: T[], index: number): T[] => list.slice(list.length > 1 ? index : 0).slice(0, 1);
    return names.flatMap((code, index) =>
      each(numbers, index).flatMap((status) =>
        each(called, index).map((name) => ({ code, status, class: name })),
      ),
    );
  });
}

const POLICY = [
  'password_too_short',
  'password_too_long',
  'password_too_common',
  'password_contains_identity',
  'password_unchanged',
  'password_reused',
] as const satisfies AuthErrorCode[];

/** A refusal with each code there is. */
const refusals: AuthException[] = [
  new library.NotAuthenticatedException(),
  new library.SuperUserRequiredException(),
  new library.PermissionDeniedException(),
  new library.SystemCallerRequiredException(),
  new library.InvalidCredentialsException(),
  new library.RejectedByHookException('No.'),
  new library.CaptchaFailedException(),
  new library.AccountLockedException(),
  new library.AccountInactiveException(),
  new library.AccountNotApprovedException(),
  new library.PasswordExpiredException(),
  new library.PasswordChangeRequiredException(),
  new library.IncorrectPasswordException(),
  new library.PasswordsDoNotMatchException('confirm_password'),
  ...POLICY.map((code) => new library.PasswordPolicyException({ code, message: 'No.' }, [], 'password')),
  new library.MissingFieldsException([]),
  new library.InvalidFieldException([]),
  new library.UsernameTakenException(),
  new library.EmailTakenException(),
  new library.UserNotFoundException(),
  new library.SessionNotFoundException(),
  new library.CannotTargetSelfException(),
  new library.ConcurrentChangeException(),
  new library.DataConflictException(),
  new library.UserInUseException(),
  new library.LastSuperUserException(),
  new library.AppNotAllowedException(),
  new library.ReadOnlyException(),
  new library.MethodNotAllowedException('GET'),
  new library.CsrfFailedException(),
  new library.TooManyAttemptsException(1),
  new library.MalformedBodyException(),
  new library.BodyTooLargeException(),
  new library.UnsupportedMediaTypeException(),
  new library.ServiceUnavailableException('database'),
  new library.OutcomeUnknownException(),
];

describe('the table of errors in docs/routes.md', () => {
  const rows = rowsOf(textOf('docs/routes.md'));

  it('has every code once, with the status and the class that it has', () => {
    const thrown = refusals.map((refusal) => ({
      code: refusal.code,
      status: refusal.getStatus(),
      class: refusal.constructor.name,
    }));
    expect(rows.toSorted(byCode)).toEqual(thrown.toSorted(byCode));
    expect(rows.map(({ code }) => code).sort()).toEqual(Object.keys(authErrorStatus).sort());
  });

  it('has every class that is exported', () => {
    const exported = Object.entries(library).flatMap(([name, value]) =>
      isRefusal(value) && value !== AuthException ? [name] : [],
    );
    expect([...new Set(rows.map((row) => row.class))].sort()).toEqual(exported.sort());
  });

  it('has no class that nothing throws', () => {
    const source = readdirSync('src', { recursive: true, encoding: 'utf8' })
      .filter(
        (name) => name.endsWith('.ts') && !name.endsWith('.spec.ts') && !/\.exceptions?\.ts$/.test(name),
      )
      .map((name) => readFileSync(join('src', name), 'utf8'))
      .join('\n');
    expect(rows.filter((row) => !source.includes(`new ${row.class}(`))).toEqual([]);
  });
});

function isRefusal(value: unknown): boolean {
  return typeof value === 'function' && (value === AuthException || value.prototype instanceof AuthException);
}

function byCode(one: Row, other: Row): number {
  return one.code < other.code ? -1 : 1;
}
