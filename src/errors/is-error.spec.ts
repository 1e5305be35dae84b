import { runInNewContext } from 'node:vm';
import { QueryFailedError } from 'typeorm';
import { describe, expect, it } from 'vitest';
import { isDatabaseFailure } from '../database/driver-error.js';
import { isError } from './is-error.js';

/** What Node gives a file that Jest runs. */
function foreign(text: string): unknown {
  return runInNewContext(text);
}

/** How better-sqlite3 makes its errors: not even V8 takes them for errors. */
const ADDON = `
  function SqliteError(message) {
    Error.captureStackTrace(this);
    Object.assign(this, { message, code: 'SQLITE_BUSY' });
  }
  Object.setPrototypeOf(SqliteError.prototype, Error.prototype);
  new SqliteError('database is locked');
`;
const REFUSED = "Object.assign(new Error('refused'), { code: 'ECONNREFUSED' })";

describe('isError()', () => {
  it.each([new Error('x'), new TypeError('x'), foreign("new TypeError('x')"), foreign(ADDON)])(
    'knows an error of any realm: %s',
    (error) => {
      expect(isError(error)).toBe(true);
    },
  );

  it.each([null, undefined, 'Error: x', { message: 'x' }, { message: 1, stack: 2 }, () => 'x'])(
    'knows that this is none: %s',
    (value) => {
      expect(isError(value)).toBe(false);
    },
  );
});

describe('a failure of the database', () => {
  it.each([foreign(REFUSED), foreign(ADDON)])('is one in any realm: %s', (error) => {
    expect(isDatabaseFailure(error)).toBe(true);
    expect(isDatabaseFailure(new QueryFailedError('SELECT 1', [], error as Error))).toBe(true);
  });
});
