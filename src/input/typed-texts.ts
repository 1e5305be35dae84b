import type { Type } from '@nestjs/common';
import { fieldsOf, hasRule, wireName } from './check-input.js';
import { hasFields } from './json-object.js';

/** Reads flags and numbers from the texts of forms, queries and command lines. Times of forms without a zone are UTC. */
export function withTypes(input: Type, given: unknown, form = false): unknown {
  if (!hasFields(given)) return given;
  const typed = new Map(Object.entries(given));
  for (const [name, field] of fieldsOf(input)) {
    const key = wireName(name);
    const text: unknown = typed.get(key);
    if (hasRule(field, 'isBoolean')) typed.set(key, FLAGS.get(form ? ticked(text) : text) ?? text);
    if (hasRule(field, 'isInt') && typeof text === 'string' && /^-?\d{1,15}$/.test(text))
      typed.set(key, Number(text));
    if (hasRule(field, 'isNumber') && typeof text === 'string' && NUMBER.test(text))
      typed.set(key, Number(text));
    // Browsers post every line break as CRLF (HTML §4.10.22.4); texts are stored with LF.
    if (form && hasRule(field, 'isPlainText') && typeof text === 'string')
      typed.set(key, text.replaceAll(/\r\n?/g, '\n'));
    if (form && hasRule(field, 'isInstant') && typeof text === 'string' && LOCAL_TIME.test(text))
      typed.set(key, `${text}Z`);
  }
  return Object.fromEntries(typed);
}

/**
 * Returns the last of several values. A form has a hidden `false` before a box of the same name, because browsers do not post
 * a box that is not ticked.
 */
function ticked(value: unknown): unknown {
  const isPair = Array.isArray(value) && value.length === 2 && value[0] === 'false';
  return isPair ? value[1] : value;
}

/** Value of an input `datetime-local` (HTML §2.3.5.5), which has no time zone. */
const LOCAL_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?$/;

/** A number as forms show it, which may be very large or very small: `1e+21`, `1e-7`. */
const NUMBER = /^-?\d{1,21}(\.\d{1,25})?(e[+-]?\d{1,3})?$/i;

const FLAGS: ReadonlyMap<unknown, boolean> = new Map([
  ['true', true],
  ['on', true],
  ['1', true],
  ['false', false],
  ['0', false],
]);
