import { expect } from 'vitest';
import type { FieldError } from './body.js';
import { isCleared } from './cookies.js';
import { hasField } from './page.js';
import type { Answer } from './visitor.js';

interface Done {
  to: string;
  status?: number;
  message?: string;
}

/** The step succeeded: 303 to a browser, a JSON answer with the same address to anything else. */
export function expectDone(answer: Answer, { to, status = 200, message }: Done): void {
  if (answer.client === 'json') {
    expect(answer.json).toMatchObject({ redirect_to: to, message: message ?? expect.any(String) });
    expect(answer.status).toBe(status);
  } else {
    expect({ status: answer.status, message: answer.message }).toEqual({ status: 303, message: undefined });
    expect(answer.headers.location).toBe(to);
  }
}

/** How a page says what JSON says by a code. */
const said: Record<string, RegExp> = {
  missing_fields: /fill in all required fields/i,
  passwords_do_not_match: /passwords do not match/i,
  incorrect_password: /current password is incorrect/i,
  invalid_credentials: /username or password is incorrect/i,
  not_authenticated: /log in first/i,
  account_locked: /locked/i,
  account_inactive: /not active/i,
  account_not_approved: /not been approved/i,
  password_expired: /expired.*administrator/i,
  csrf_failed: /another site/i,
  username_taken: /username is already taken/i,
  email_taken: /email address is already in use/i,
  read_only: /read-only/i,
  malformed_body: /could not be read/i,
  unsupported_media_type: /application\/json/i,
  body_too_large: /too large/i,
  method_not_allowed: /not allowed/i,
  concurrent_change: /someone else/i,
  password_too_short: /at least \d+ characters/i,
  password_too_long: /at most \d+ characters/i,
  password_too_common: /too common/i,
  password_contains_identity: /must not contain/i,
  password_unchanged: /different from the current/i,
  password_reused: /used before/i,
};

/** The same status, the same code and, in JSON, the uniform body; the page says it in its alert. */
export function expectRefused(answer: Answer, status: number, code: string, fields?: string[]): void {
  if (answer.client === 'json') {
    expect(answer.json).toMatchObject({ statusCode: status, code, message: expect.stringMatching(/\w/) });
    expect(answer.status).toBe(status);
    expect(Object.keys(answer.json).sort()).toEqual(
      ['code', 'message', 'statusCode', ...(answer.json.errors ? ['errors'] : [])].sort(),
    );
  } else {
    expect({ status: answer.status, alert: answer.message }).toEqual({
      status,
      alert: expect.stringMatching(said[code] ?? /\w/),
    });
    expect(answer.headers['content-type']).toMatch(/^text\/html; *charset=utf-8$/i);
    expect(answer.headers.location).toBeUndefined();
  }
  if (fields)
    expect(fieldsOf(answer.errors)).toEqual(fields.filter((field) => isShown(answer, field)).sort());
}

/** No session was given and none taken away. */
export function expectNoSessionCookie(answer: Answer, name = 'id'): void {
  expect(answer.setCookies.filter((cookie) => cookie.name === name)).toEqual([]);
}

/** The browser is told to forget its session. */
export function expectSessionCookieCleared(answer: Answer, name = 'id'): void {
  const cookies = answer.setCookies.filter((cookie) => cookie.name === name);
  expect(cookies).toHaveLength(1);
  expect(cookies.every(isCleared)).toBe(true);
  expect(cookies[0]?.value).toBe('');
}

export function codesOf(errors: FieldError[] = []): string[] {
  return errors.map((error) => error.code).sort();
}

/** A page marks the fields it has; JSON names them all. */
function isShown(answer: Answer, field: string): boolean {
  return answer.client === 'json' || hasField(answer.body, field);
}

function fieldsOf(errors: FieldError[]): string[] {
  return [...new Set(errors.map((error) => error.field))].sort();
}
