import type { Type } from '@nestjs/common';
import type { JsonSchema } from '../input/json-schema.js';
import type { SsoUserBase } from '../user/sso-user.entity.js';
import { fieldsFor, isName, type UserFieldDefinition } from '../user/user-fields.js';
import type { Swagger } from './swagger.js';

/** A part of an OpenAPI document. */
type Part = Record<string, unknown>;

/**
 * Schemas that have a title are described once in a document, and referred to elsewhere. `@nestjs/swagger` takes them
 * as classes, so each is made one.
 */
export class Models {
  private readonly made = new Map<string, Type>();

  /** @param entity the class of the users */
  constructor(
    private readonly swagger: Swagger,
    private readonly entity: Type<SsoUserBase>,
  ) {}

  /** The same part, with references for all schemas in it that have a title; their classes are added to `used`. */
  refer(part: unknown, used: Set<Type>): unknown {
    if (Array.isArray(part)) return part.map((one) => this.refer(one, used));
    if (!isPart(part)) return part;
    if (isExtended(part)) return this.refer(extended(part, this.entity), used);
    const { title, ...rest } = part;
    const referred = Object.fromEntries(
      Object.entries(rest).map(([name, value]) => [name, this.refer(value, used)]),
    );
    // A property may be called so too; it is an object then.
    if (typeof title !== 'string') return title === undefined ? referred : { title, ...referred };
    used.add(this.modelOf(title, referred));
    return { $ref: this.swagger.getSchemaPath(title) };
  }

  private modelOf(title: string, { properties, required }: Part): Type {
    const found = this.made.get(title);
    if (found) return found;
    const model = { [title]: class {} }[title] as Type;
    this.made.set(title, model);
    for (const [name, property] of Object.entries(properties as Record<string, Part>)) {
      const { $ref, ...schema } = property;
      const type = $ref === undefined ? schema['type'] : this.made.get(titleOf($ref));
      const options = { ...schema, type, required: (required as string[]).includes(name) };
      this.swagger.ApiProperty(options as object)(model.prototype, name);
    }
    return model;
  }
}

function isPart(part: unknown): part is Part {
  return typeof part === 'object' && part !== null;
}

/** Whether it is an object that has the fields of the user entity too; a property may be called so. */
function isExtended(part: Part): part is Part & JsonSchema {
  return part['userFields'] === 'self' || part['userFields'] === 'super-user';
}

function extended(
  { userFields = 'self', properties, required = [], ...rest }: JsonSchema,
  entity: Type<SsoUserBase>,
): JsonSchema {
  const fields = fieldsFor(entity, userFields).filter((field) => !isName(field));
  const schemas = fields.map((field): [string, JsonSchema] => [field.name, schemaOf(field)]);
  return {
    ...rest,
    properties: { ...properties, ...Object.fromEntries(schemas) },
    required: [...required, ...fields.map(({ name }) => name)],
  };
}

function schemaOf({ type, hasNull }: UserFieldDefinition): JsonSchema {
  const schema: JsonSchema =
    type === 'date' ? { type: 'string', format: 'date' } : { type: type === 'text' ? 'string' : type };
  return hasNull ? { ...schema, nullable: true } : schema;
}

function titleOf($ref: unknown): string {
  return String($ref).split('/').at(-1) ?? '';
}
