import type { Type } from '@nestjs/common';
import type { Swagger } from './swagger.js';

/** A part of an OpenAPI document. */
type Part = Record<string, unknown>;

/**
 * Schemas that have a title are described once in a document, and referred to elsewhere. `@nestjs/swagger` takes them
 * as classes, so each is made one.
 */
export class Models {
  private readonly made = new Map<string, Type>();

  constructor(private readonly swagger: Swagger) {}

  /** The same part, with references for all schemas in it that have a title; their classes are added to `used`. */
  refer(part: unknown, used: Set<Type>): unknown {
    if (Array.isArray(part)) return part.map((one) => this.refer(one, used));
    if (!isPart(part)) return part;
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

function titleOf($ref: unknown): string {
  return String($ref).split('/').at(-1) ?? '';
}
