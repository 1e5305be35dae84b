import { hasFields } from '../input/json-object.js';
import { createParamDecorator, type ExecutionContext, type Type } from '@nestjs/common';
import { isForm } from './answer.js';
import { CSRF_FIELD } from './csrf.tokens.js';
import { requestOf } from './from-request.js';
import {
  checkInput,
  fieldsOf,
  hasRule,
  type Inspected,
  inspectInput,
  wireName,
} from '../input/check-input.js';

/** Injects the body, checked against an input class; its fields are snake_case on the wire. */
export const Input = createParamDecorator((input: InputClass<object>, context: ExecutionContext): object => {
  const request = requestOf(context);
  return readBody(input, request.body, isForm(request));
});

/** {@link Input} for a handler that has more to say of the body before it is refused. */
export const InspectedInput = createParamDecorator(
  (input: InputClass<object>, context: ExecutionContext): Inspected<object> => {
    const request = requestOf(context);
    return inspectBody(input, request.body, isForm(request));
  },
);

/** Injects the query string, read by {@link readQuery}; never used for credentials. */
export const Query = createParamDecorator((input: Type<object>, context: ExecutionContext): object =>
  readQuery(input, requestOf(context).query),
);

/** A query string checked against an input class; what it does not know is passed over, see {@link ownQuery}. */
export function readQuery<T extends object>(input: Type<T>, query: Record<string, unknown>): T {
  return checkInput(input, withTypes(input, ownQuery(input, query)), wireName);
}

/**
 * What a query string has for an input class. Newsletters and search engines add names of their own to an address, such
 * as `utm_source`. A list, as `page[]`, is a wrong value of its name and stays, to be refused.
 */
export function ownQuery(input: Type, query: Record<string, unknown>): Record<string, unknown> {
  const names = new Set([...fieldsOf(input).keys()].map(wireName));
  const own = Object.entries(query).filter(([key]) => names.has(key.split('[', 1).join('')));
  return Object.fromEntries(own);
}

/** An input class. */
type InputClass<T extends object> = Type<T> & {
  /** Other names that some of its fields go by on the wire. */
  aliases?: Readonly<Record<string, string>>;
  /** Whether an empty text of a form empties its field, where that may be `null`; else it counts as absent. */
  empties?: boolean;
};

/** A body checked against an input class. */
function readBody<T extends object>(input: InputClass<T>, body: unknown, form: boolean): T {
  const { refusal, sound } = inspectBody(input, body, form);
  if (refusal) throw refusal;
  return sound;
}

/** A body looked at with an input class. */
export function inspectBody<T extends object>(
  input: InputClass<T>,
  body: unknown,
  form: boolean,
): Inspected<T> {
  // Nothing was sent: every required field is missing.
  const given = withoutAliases(body ?? {}, input.aliases);
  return inspectInput(
    input,
    form ? withTypes(input, emptied(input, withoutToken(given)), true) : given,
    wireName,
  );
}

function withoutAliases(body: unknown, aliases: Readonly<Record<string, string>> = {}): unknown {
  if (!hasFields(body)) return body;
  const fields = new Map(Object.entries(body));
  for (const [alias, name] of Object.entries(aliases)) {
    // Under both names it would be unclear which counts: the alias is then an unknown field.
    if (!fields.has(alias) || fields.has(name)) continue;
    fields.set(name, fields.get(alias));
    fields.delete(alias);
  }
  return Object.fromEntries(fields);
}

function withoutToken(body: unknown): unknown {
  if (!hasFields(body)) return body;
  return Object.fromEntries(Object.entries(body).filter(([key]) => key !== CSRF_FIELD));
}

function emptied(input: InputClass<object>, given: unknown): unknown {
  if (!hasFields(given) || !input.empties) return given;
  const nullable = [...fieldsOf(input)].flatMap(([name, field]) => (field.nullable ? [wireName(name)] : []));
  return Object.fromEntries(
    Object.entries(given).map(([key, value]) => [key, value === '' && nullable.includes(key) ? null : value]),
  );
}

/** Forms and queries carry text only: flags and whole numbers are read from it, and times of forms without a zone as UTC. */
function withTypes(input: Type, given: unknown, form = false): unknown {
  if (!hasFields(given)) return given;
  const typed = new Map(Object.entries(given));
  for (const [name, field] of fieldsOf(input)) {
    const key = wireName(name);
    const text: unknown = typed.get(key);
    if (hasRule(field, 'isBoolean')) typed.set(key, FLAGS.get(form ? ticked(text) : text) ?? text);
    if (hasRule(field, 'isInt') && typeof text === 'string' && /^-?\d{1,9}$/.test(text))
      typed.set(key, Number(text));
    if (form && hasRule(field, 'isInstant') && typeof text === 'string' && LOCAL_TIME.test(text))
      typed.set(key, `${text}Z`);
  }
  return Object.fromEntries(typed);
}

/** A form has a hidden `false` before a box of the same name, because a box that is not ticked is not posted. */
function ticked(value: unknown): unknown {
  const isPair = Array.isArray(value) && value.length === 2 && value[0] === 'false';
  return isPair ? value[1] : value;
}

/** The value of an input `datetime-local` (HTML §2.3.5.5), which has no time zone. */
const LOCAL_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?$/;

const FLAGS: ReadonlyMap<unknown, boolean> = new Map([
  ['true', true],
  ['on', true],
  ['1', true],
  ['false', false],
  ['0', false],
]);
