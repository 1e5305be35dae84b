/** The part of JSON Schema that OpenAPI 3.0 supports and this module needs. */
export interface JsonSchema {
  /** Name of the schema; a named schema is described once in a document. */
  title?: string;
  type?: 'string' | 'integer' | 'number' | 'boolean' | 'object' | 'array';
  nullable?: boolean;
  enum?: (string | number)[];
  format?: string;
  pattern?: string;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  items?: JsonSchema;
  properties?: Record<string, JsonSchema>;
  required?: string[];
  additionalProperties?: boolean;
  allOf?: JsonSchema[];
  anyOf?: JsonSchema[];
  $ref?: string;
  /** Whose fields of the user entity it has in addition; never in a document. */
  userFields?: 'self' | 'super-user';
}

declare const TYPE: unique symbol;

/** Describes a JSON value: `schema` for OpenAPI, and the type parameter for the compiler. */
export interface JsonType<T> {
  readonly schema: JsonSchema;
  readonly [TYPE]?: T;
}

/** The TypeScript type of the values of a JSON type. */
export type Json<K> = K extends JsonType<infer T> ? T : never;

type Fields = Readonly<Record<string, JsonType<unknown>>>;
type Values<F extends Fields> = { [Name in keyof F]: Json<F[Name]> };

export const TEXT: JsonType<string> = { schema: { type: 'string' } };
export const UUID: JsonType<string> = { schema: { type: 'string', format: 'uuid' } };
export const INSTANT: JsonType<string> = { schema: { type: 'string', format: 'date-time' } };
export const FLAG: JsonType<boolean> = { schema: { type: 'boolean' } };
export const COUNT: JsonType<number> = { schema: { type: 'integer', minimum: 0 } };

/** Returns the type of a text that is one of `values`. */
export const oneOf = <T extends string>(values: readonly T[]): JsonType<T> => ({
  schema: { type: 'string', enum: [...values] },
});

/** Returns the type of a text that is usually one of `values`, but may be any other. */
export const oneOfOr = <T extends string>(values: readonly T[]): JsonType<string> => ({
  schema: { ...TEXT.schema, anyOf: [oneOf(values).schema, TEXT.schema] },
});

export const orNull = <T>({ schema }: JsonType<T>): JsonType<T | null> => ({
  schema: { ...schema, nullable: true },
});

export const listOf = <T>({ schema }: JsonType<T>): JsonType<T[]> => ({
  schema: { type: 'array', items: schema },
});

/** Returns the type of an object with these fields; those in `optional` may be absent. */
export function objectOf<F extends Fields, O extends Fields = Record<never, never>>(
  fields: F,
  optional?: O,
): JsonType<Values<F> & Partial<Values<O>>> {
  const entries = Object.entries({ ...fields, ...optional });
  return {
    schema: {
      type: 'object',
      properties: Object.fromEntries(entries.map(([name, { schema }]) => [name, schema])),
      required: Object.keys(fields),
    },
  };
}

/** Returns the same type with a name for its schema. */
export const named = <T>(title: string, { schema }: JsonType<T>): JsonType<T> => ({
  schema: { title, ...schema },
});
