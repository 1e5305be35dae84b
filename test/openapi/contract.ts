import type { OpenAPIObject } from '@nestjs/swagger';
import { Ajv, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import { expect } from 'vitest';
import type { JsonSchema } from '../../src/input/json-schema.js';
import { JSON_TYPE, type Answer } from '../support/visitor.js';
import type { Operation } from './document.js';

/** The schemas of a document, ready to hold bodies against. */
export class Contract {
  private readonly ajv = new Ajv({ strict: false, allErrors: true });

  constructor(document: OpenAPIObject) {
    addFormats.default(this.ajv);
    this.ajv.addSchema(closed(document) as object, 'document');
  }

  /** What is wrong with an answer in JSON. */
  faultsOf(operation: Operation, { status, json }: Answer): unknown[] {
    const validate = this.schemaAt(operation, 'responses', status);
    return validate(json) ? [] : (validate.errors ?? []);
  }

  /** Whether the document has no room for this body. An empty text is as good as no field. */
  forbids(operation: Operation, json: unknown): boolean {
    const isObject = typeof json === 'object' && json !== null && !Array.isArray(json);
    const fields = isObject ? Object.entries(json).filter(([, value]) => value !== '') : [];
    return !this.schemaAt(operation, 'requestBody')(isObject ? Object.fromEntries(fields) : json);
  }

  private schemaAt({ path, method }: Operation, ...steps: (string | number)[]): ValidateFunction {
    const pointer = ['paths', path, method.toLowerCase(), ...steps, 'content', JSON_TYPE, 'schema']
      .map((step) => encodeURIComponent(String(step).replaceAll('/', '~1')))
      .join('/');
    const validate = this.ajv.getSchema(`document#/${pointer}`);
    if (!validate) throw new Error(`The document has no schema at ${pointer}.`);
    return validate;
  }
}

/** The answer is one that the document has: by its status, headers, media type, and every field of the JSON. */
export function expectKept(contract: Contract, operation: Operation, answer: Answer): void {
  const { status, body, headers } = answer;
  const about = `${operation.name} answers ${status}: ${body.slice(0, 300)}`;
  const response = operation.responses[String(status)];
  expect(response, about).toBeDefined();
  const promised = Object.keys(response?.headers ?? {}).filter((name) => name !== 'Set-Cookie');
  for (const name of promised) expect(headers[name.toLowerCase()], `${about}, ${name}`).toBeDefined();
  const [type = ''] = headers['content-type']?.split(';') ?? [];
  // Where it leads is all that a redirect says.
  if (status !== 303) expect(Object.keys(response?.content ?? {}), about).toContain(type);
  expect(type === JSON_TYPE ? contract.faultsOf(operation, answer) : [], about).toEqual([]);
}

/** The document with no room for fields that it does not name. */
function closed(part: unknown): unknown {
  if (Array.isArray(part)) return part.map(closed);
  if (typeof part !== 'object' || part === null) return part;
  const { allOf, ...rest } = part as JsonSchema;
  const own = Object.fromEntries(Object.entries(rest).map(([name, value]) => [name, closed(value)]));
  // The parts of an `allOf` share their fields.
  if (allOf) return { ...own, allOf };
  const isObject = rest.type === 'object' && rest.properties !== undefined;
  return isObject ? { additionalProperties: false, ...own } : own;
}
