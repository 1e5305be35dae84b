import { hash } from 'node:crypto';
import { fieldsOf, wireName } from '../../input/check-input.js';
import type { FieldValues } from '../../page/page.definition.js';
import { UpdateUserInput } from '../../account/user.inputs.js';

const FIELDS = [...fieldsOf(UpdateUserInput).keys()];

/**
 * A fingerprint of each value that the form of a user holds. The form posts it back, so that it can be told what the
 * person changed: what somebody else has changed since stays as it is.
 */
export function fingerprintOf(values: FieldValues): string {
  const held = new Map<string, unknown>(Object.entries(values));
  return FIELDS.map((field) => fingerprint(field, held.get(wireName(field)))).join('.');
}

/** The fields that differ from what the form held when it was shown. */
export function editedSince(shown: string, input: UpdateUserInput): UpdateUserInput {
  const fingerprints = shown.split('.');
  const given = new Map<string, unknown>(Object.entries(input));
  const edited = FIELDS.filter(
    (field, index) =>
      given.get(field) !== undefined && fingerprint(field, given.get(field)) !== fingerprints[index],
  );
  return Object.fromEntries(edited.map((field) => [field, given.get(field)]));
}

/** The same for a value as it was read and for its text in a form: an empty text is `null`, a box without a tick `false`. */
function fingerprint(field: string, value: unknown): string {
  const given = value === null || value === undefined || value === false ? '' : String(value);
  // The form shows a time without its zone, which is added when it is read.
  const text = /^\d{4}-\d\d-\d\dT\d\d:\d\d$/.test(given) ? `${given}Z` : given;
  return hash('sha256', `${field}=${text}`, 'base64url').slice(0, 10);
}
