import { hash } from 'node:crypto';
import type { Type } from '@nestjs/common';
import { fieldsOf, wireName } from '../input/check-input.js';
import type { FieldValues } from './page.definition.js';

/**
 * A fingerprint of each value that a form holds for the fields of an input class. The form posts it back, so that it can
 * be told what the person changed: what somebody else has changed since stays as it is.
 */
export function fingerprintOf(values: FieldValues, input: Type): string {
  const held = new Map<string, unknown>(Object.entries(values));
  return [...fieldsOf(input).keys()].map((field) => fingerprint(field, held.get(wireName(field)))).join('.');
}

/** The fields that differ from what the form held when it was shown. */
export function editedSince<T extends object>(shown: string, given: T, input: Type<T>): T {
  const fingerprints = shown.split('.');
  const values = new Map<string, unknown>(Object.entries(given));
  const edited = [...fieldsOf(input).keys()].filter(
    (field, index) =>
      values.get(field) !== undefined && fingerprint(field, values.get(field)) !== fingerprints[index],
  );
  return Object.fromEntries(edited.map((field) => [field, values.get(field)])) as T;
}

/** The same for a value as it was read and for its text in a form: an empty text is `null`, a box without a tick `false`. */
function fingerprint(field: string, value: unknown): string {
  const given = value === null || value === undefined || value === false ? '' : String(value);
  // The form shows a time without its zone, which is added when it is read; and browsers turn every line break into the same.
  const text = /^\d{4}-\d\d-\d\dT\d\d:\d\d$/.test(given) ? `${given}Z` : given.replaceAll(/\r\n?/g, '\n');
  return hash('sha256', `${field}=${text}`, 'base64url').slice(0, 10);
}
