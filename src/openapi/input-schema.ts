import type { Type } from '@nestjs/common';
import { type Field, fieldsOf, wireName } from '../input/check-input.js';
import type { JsonSchema } from '../input/json-schema.js';

/** What the rules of class-validator that our inputs use are in JSON Schema; rules of our own bring it themselves. */
const RULES: Readonly<Record<string, (constraint: never) => JsonSchema>> = {
  isString: () => ({ type: 'string' }),
  isBoolean: () => ({ type: 'boolean' }),
  isInt: () => ({ type: 'integer' }),
  min: (minimum: number) => ({ minimum }),
  max: (maximum: number) => ({ maximum }),
  minLength: (minLength: number) => ({ minLength }),
  maxLength: (maxLength: number) => ({ maxLength }),
  isEmail: () => ({ format: 'email' }),
  isIn: (values: readonly (string | number)[]) => ({
    ...(typeof values[0] === 'string' && { type: 'string' }),
    enum: [...values],
  }),
};

/** The fields of an input class, by their names in JSON. */
export function propertiesOf(input: Type): Map<string, { schema: JsonSchema; required: boolean }> {
  return new Map(
    [...fieldsOf(input)].map(([name, field]) => [
      wireName(name),
      { schema: schemaOf(name, field), required: field.required },
    ]),
  );
}

function schemaOf(name: string, field: Field): JsonSchema {
  const schemas = field.rules.map(
    ({ name: rule, limit, context }): JsonSchema => context ?? RULES[rule]?.(limit as never) ?? {},
  );
  const schema: JsonSchema = Object.assign({}, ...schemas);
  return {
    ...schema,
    ...(/password$/i.test(name) && { format: 'password' }),
    // What is required must not be empty either.
    ...((field.required || field.filled) &&
      schema.type === 'string' && { minLength: Math.max(1, schema.minLength ?? 0) }),
    ...(field.nullable && { nullable: true }),
  };
}

/** What a body must hold to fill an input class (`null` = nothing), with `extra` required fields. */
export function bodySchema(input: Type | null, extra: Record<string, JsonSchema> = {}): JsonSchema {
  const fields = input === null ? [] : [...propertiesOf(input)];
  const required = fields.flatMap(([name, field]) => (field.required ? [name] : []));
  required.push(...Object.keys(extra));
  return {
    type: 'object',
    properties: { ...Object.fromEntries(fields.map(([name, { schema }]) => [name, schema])), ...extra },
    // OpenAPI 3.0 has no empty list here.
    ...(required.length > 0 && { required }),
  };
}
