import type { NestExpressApplication } from '@nestjs/platform-express';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import type { JsonSchema } from '../../src/input/json-schema.js';

interface Content {
  schema: JsonSchema;
}

interface Response {
  description: string;
  headers?: Record<string, unknown>;
  content?: Record<string, Content>;
}

interface Parameter {
  name: string;
  in: 'path' | 'query';
  required: boolean;
  schema: JsonSchema;
}

/** One method of one path, as the document has it. */
export interface Operation {
  name: string;
  method: string;
  path: string;
  operationId: string;
  summary: string;
  tags: string[];
  security?: Record<string, string[]>[];
  parameters: Parameter[];
  requestBody?: { required: boolean; content: Record<string, Content> };
  responses: Record<string, Response>;
}

/** The document as a host makes it, with the one line that our routes ask for. */
export function documentOf(
  app: NestExpressApplication,
  version = '3.0.0',
  configure = (builder: DocumentBuilder): DocumentBuilder => builder,
): OpenAPIObject {
  const builder = new DocumentBuilder().setTitle('A host').addCookieAuth('id').setOpenAPIVersion(version);
  return SwaggerModule.createDocument(app, configure(builder).build());
}

/** Every operation of ours; the host of the tests has some of its own. */
export function operationsOf({ paths }: OpenAPIObject): Operation[] {
  const operations = Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]: [string, Operation]) => ({
      ...operation,
      path,
      method: method.toUpperCase(),
      name: `${method.toUpperCase()} ${path}`,
    })),
  );
  return operations.filter(({ tags }) => tags.some((tag) => tag.startsWith('Auth')));
}
