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
export interface Kind<T> {
  readonly schema: JsonSchema;
  readonly [TYPE]?: T;
}

/** The TypeScript type of the values of a kind. */
export type Json<K> = K extends Kind<infer T> ? T : never;

type Fields = Readonly<Record<string, Kind<unknown>>>;
type Values<F extends Fields> = { [Name in keyof F]: Json<F[Name]> };

export const TEXT: Kind<string> = { schema: { type: 'string' } };
export const UUID: Kind<string> = { schema: { type: 'string', format: 'uuid' } };
export const INSTANT: Kind<string> = { schema: { type: 'string', format: 'date-time' } };
export const FLAG: Kind<boolean> = { schema: { type: 'boolean' } };
export const COUNT: Kind<number> = { schema: { type: 'integer', minimum: 0 } };

/** Returns the kind of a text that is one of `values`. */
export const oneOf = <T extends string>(values: readonly T[]): Kind<T> => ({
  schema: { type: 'string', enum: [...values] },
});

/** Returns the kind of a text that is usually one of `values`, but may be any other. */
export const oneOfOr = <T extends string>(values: readonly T[]): Kind<string> => ({
  schema: { ...TEXT.schema, anyOf: [oneOf(values).schema, TEXT.schema] },
});

export const orNull = <T>({ schema }: Kind<T>): Kind<T | null> => ({ schema: { ...schema, nullable: true } });

export const listOf = <T>({ schema }: Kind<T>): Kind<T[]> => ({ schema: { type: 'array', items: schema } });

/** Returns the kind of an object with these fields; those in `optional` may be absent. */
export function record<F extends Fields, O extends Fields = Record<never, never>>(
  fields: F,
  optional?: O,
): Kind<Values<F> & Partial<Values<O>>> {
  const entries = Object.entries({ ...fields, ...optional });
  return {
    schema: {
      type: 'object',
      properties: Object.fromEntries(entries.map(([name, { schema }]) => [name, schema])),
      required: Object.keys(fields),
    },
  };
}

/** Returns the same kind with a name for its schema. */
export const named = <T>(title: string, { schema }: Kind<T>): Kind<T> => ({ schema: { title, ...schema } });
