import { describe, expect, it } from 'vitest';
import { errorsByField } from './page-data.js';

describe('errorsByField', () => {
  it('keeps every message of a field, in order', () => {
    const errors = [
      { field: 'new_password', message: 'Too short.' },
      { field: 'old_password', message: 'Required.' },
      { field: 'new_password', message: 'Too common.' },
    ];
    expect({ ...errorsByField(errors) }).toEqual({
      new_password: ['Too short.', 'Too common.'],
      old_password: ['Required.'],
    });
  });

  it('takes a field named __proto__ like any other', () => {
    const errors = errorsByField([{ field: '__proto__', message: 'Unknown field.' }]);
    expect(Object.keys(errors)).toEqual(['__proto__']);
    expect(Object.prototype).not.toHaveProperty('0');
  });

  it('is empty when there are no field errors', () => {
    expect(Object.keys(errorsByField(undefined))).toEqual([]);
  });
});
