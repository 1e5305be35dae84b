import { hash } from 'node:crypto';
import type { Type } from '@nestjs/common';
import { fieldsOf, wireName } from '../input/check-input.js';
import type { FieldValues } from './page.definition.js';

/**
 * Returns a fingerprint of each value that a form shows. The form posts it back, so that only the fields that the person has
 * changed are written, and changes that others have made since are kept.
 */
export function fingerprintOf(values: FieldValues, input: Type): string {
  const held = new Map<string, unknown>(Object.entries(values));
  return [...fieldsOf(input).keys()].map((field) => fingerprint(field, held.get(wireName(field)))).join('.');
}

/** Returns the fields that differ from the values that the form has shown. */
export function editedSince<T extends object>(shown: string, given: T, input: Type<T>): T {
  const fingerprints = shown.split('.');
  const values = new Map<string, unknown>(Object.entries(given));
  const edited = [...fieldsOf(input).keys()].filter(
    (field, index) =>
      values.get(field) !== undefined && fingerprint(field, values.get(field)) !== fingerprints[index],
  );
  return Object.fromEntries(edited.map((field) => [field, values.get(field)])) as T;
}

/** Maps a stored value and its text in a form to the same value: an empty text is `null`, an empty checkbox `false`. */
function fingerprint(field: string, value: unknown): string {
  const given = value === null || value === undefined || value === false ? '' : String(value);
  // Forms show times without their zone, and browsers turn every line break into CRLF.
  const text = /^\d{4}-\d\d-\d\dT\d\d:\d\d$/.test(given) ? `${given}Z` : given.replaceAll(/\r\n?/g, '\n');
  return hash('sha256', `${field}=${text}`, 'base64url').slice(0, 10);
}
