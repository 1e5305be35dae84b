import type { Type } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { type JsonSchema, TEXT, UUID } from '../input/json-schema.js';
import { RefusalsOnPage } from '../http/auth-route.js';
import { CSRF_FIELD } from '../http/csrf.tokens.js';
import { bodySchema, propertiesOf } from './input-schema.js';
import { Models } from './models.js';
import { responsesOf } from './responses.js';
import type { DocumentedController, RouteDoc } from './route-doc.js';
import type { Swagger } from './swagger.js';

const reflector = new Reflector();

/** Puts swagger's decorators on controllers of ours, as if they stood there. */
export class Description {
  private readonly models: Models;

  constructor(private readonly swagger: Swagger) {
    this.models = new Models(swagger);
  }

  add({ controller, doc: { tag, routes } }: DocumentedController): void {
    const { ApiExcludeEndpoint, ApiExtraModels, ApiTags } = this.swagger;
    const docs = new Map<string, RouteDoc>(Object.entries(routes));
    const used = new Set<Type>();
    for (const [name, handler] of Object.entries(Object.getOwnPropertyDescriptors(controller.prototype))) {
      if (name === 'constructor') continue;
      const doc = docs.get(name);
      // The host may have classes of the same name.
      const operationId = `SessionAuth${controller.name.replace('Controller', '')}_${name}`;
      const onPage = reflector.getAllAndOverride(RefusalsOnPage, [handler.value, controller]);
      const decorators = doc ? this.route(doc, operationId, onPage, used) : [ApiExcludeEndpoint()];
      for (const decorate of decorators) decorate(controller.prototype, name, handler);
    }
    ApiTags(tag)(controller);
    ApiExtraModels(...used)(controller);
  }

  private route(doc: RouteDoc, operationId: string, onPage: boolean, used: Set<Type>): MethodDecorator[] {
    const { ApiCookieAuth, ApiOperation, ApiResponse } = this.swagger;
    const operation = {
      operationId,
      summary: doc.summary,
      ...(doc.description && { description: doc.description }),
      ...(doc.body !== undefined && { requestBody: bodyOf(doc) }),
      // Nothing, even where the host's document asks for something everywhere.
      ...(!doc.session && { security: [] }),
    };
    const refer = <T>(part: T): T => this.models.refer(part, used) as T;
    return [
      ApiOperation(refer(operation)),
      ...(doc.session ? [ApiCookieAuth()] : []),
      ...this.parameters(doc),
      ...responsesOf(doc, onPage).map((response) => ApiResponse(refer(response))),
    ];
  }

  private parameters({ id, next, query }: RouteDoc): MethodDecorator[] {
    const { ApiParam, ApiQuery } = this.swagger;
    const fields = query ? [...propertiesOf(query)] : [];
    return [
      ...(id === undefined ? [] : [ApiParam({ name: 'id', description: id, schema: UUID.schema })]),
      ...(next ? [ApiQuery({ name: 'next', description: NEXT, required: false, schema: TEXT.schema })] : []),
      ...fields.map(([name, field]) => ApiQuery({ name, ...field })),
    ];
  }
}

interface RequestBody {
  required: boolean;
  content: Record<string, { schema: JsonSchema }>;
}

const NEXT = 'Where to go on afterwards, on this origin.';

function bodyOf({ body = null, moreFields = body === null }: RouteDoc): RequestBody {
  const closed: JsonSchema = moreFields ? {} : { additionalProperties: false };
  const schema = { ...bodySchema(body), ...closed };
  const form = { ...bodySchema(body, { [CSRF_FIELD]: TEXT.schema }), ...closed };
  return {
    required: body !== null,
    content: {
      ...(body && { 'application/json': { schema } }),
      'application/x-www-form-urlencoded': { schema: form },
    },
  };
}
