import { describe, expect, it } from 'vitest';
import { LOGIN_PAGE } from '../features/login/login.page.js';
import { formState } from './view-model.js';

const fieldErrorsOf = (messages: { field: string; message: string }[]) =>
  formState(
    LOGIN_PAGE,
    {},
    {
      code: 'invalid_field',
      message: '',
      errors: messages.map((one) => ({ ...one, code: 'invalid_field' as const })),
    },
  ).fieldErrors;

describe('the messages next to the fields', () => {
  it('keeps every message of a field, in order', () => {
    const errors = [
      { field: 'new_password', message: 'Too short.' },
      { field: 'old_password', message: 'Required.' },
      { field: 'new_password', message: 'Too common.' },
    ];
    expect({ ...fieldErrorsOf(errors) }).toEqual({
      new_password: ['Too short.', 'Too common.'],
      old_password: ['Required.'],
    });
  });

  it('takes a field named __proto__ like any other', () => {
    const errors = fieldErrorsOf([{ field: '__proto__', message: 'Unknown field.' }]);
    expect(Object.keys(errors)).toEqual(['__proto__']);
    expect(Object.prototype).not.toHaveProperty('0');
  });

  it('is empty when there are no field errors', () => {
    expect(Object.keys(formState(LOGIN_PAGE, {}).fieldErrors)).toEqual([]);
  });
});
