import { hasFields } from '../input/json-object.js';
import { createParamDecorator, type ExecutionContext, type Type } from '@nestjs/common';
import { isForm } from './answer.js';
import { CSRF_FIELD } from './csrf.tokens.js';
import { requestOf } from './from-request.js';
import { checkInput, fieldsOf, type Inspected, inspectInput, wireName } from '../input/check-input.js';
import { withTypes } from '../input/typed-texts.js';

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
  const { refusal, valid } = inspectBody(input, body, form);
  if (refusal) throw refusal;
  return valid;
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
