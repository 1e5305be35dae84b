import type { Type } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { type JsonSchema, TEXT, UUID } from '../input/json-schema.js';
import { RefusalsOnPage } from '../http/auth-route.js';
import { CSRF_FIELD } from '../http/csrf.tokens.js';
import { bodySchema, propertiesOf } from './input-schema.js';
import { Models } from './models.js';
import { type ResponseDoc, responsesOf } from './responses.js';
import type { DocumentedController, RouteDoc } from './route-doc.js';
import type { SsoUserBase } from '../user/sso-user.entity.js';
import { withUserFields } from '../user/user-input.js';
import type { Swagger } from './swagger.js';

const reflector = new Reflector();

/** What of the options a document shows. */
export interface DocumentOptions {
  /** Whether a bearer token opens what the cookie of a session opens. */
  bearer: boolean;
  /** Whether a document has the route at all. */
  has(route: RouteDoc): boolean;
}

/** Says of a route what depends on the options. */
type Apply = (options: DocumentOptions) => void;

/** Puts swagger's decorators on controllers of ours, as if they stood there. */
export class Description {
  private readonly models: Models;
  private readonly routes: Apply[] = [];

  /** @param entity the class of the users, whose fields bodies and answers have */
  constructor(
    private readonly swagger: Swagger,
    private readonly controllers: readonly DocumentedController[],
    readonly entity: Type<SsoUserBase>,
  ) {
    this.models = new Models(swagger, entity);
    for (const one of controllers) this.add(one);
  }

  /** Says what depends on the options, instead of what was said before. */
  apply(options: DocumentOptions): void {
    for (const apply of this.routes) apply(options);
  }

  /** Takes back all that was said. */
  remove(): void {
    for (const { controller } of this.controllers) {
      const handlers = Object.values(Object.getOwnPropertyDescriptors(controller.prototype));
      for (const target of [controller, ...handlers.map(({ value }) => Object(value))]) {
        for (const key of Reflect.getOwnMetadataKeys(target))
          if (String(key).startsWith('swagger/')) Reflect.deleteMetadata(key, target);
      }
    }
  }

  private add({ controller, doc: { tag, routes } }: DocumentedController): void {
    const { ApiExcludeEndpoint, ApiExtraModels, ApiTags } = this.swagger;
    const docs = new Map<string, RouteDoc>(Object.entries(routes));
    const used = new Set<Type>();
    for (const [name, handler] of Object.entries(Object.getOwnPropertyDescriptors(controller.prototype))) {
      if (name === 'constructor') continue;
      const doc = docs.get(name);
      // The host may have classes of the same name.
      const operationId = `SessionAuth${controller.name.replace('Controller', '')}_${name}`;
      const onPage = reflector.getAllAndOverride(RefusalsOnPage, [handler.value, controller]);
      const decorators = doc ? this.route(doc, onPage, used) : [ApiExcludeEndpoint()];
      for (const decorate of decorators) decorate(controller.prototype, name, handler);
      if (!doc) continue;
      const operation = this.operation(doc, operationId, used);
      this.routes.push((options) => {
        for (const decorate of [operation(options), ApiExcludeEndpoint(!options.has(doc))])
          decorate(controller.prototype, name, handler);
      });
    }
    ApiTags(tag)(controller);
    ApiExtraModels(...used)(controller);
  }

  private route(doc: RouteDoc, onPage: boolean, used: Set<Type>): MethodDecorator[] {
    const { ApiResponse } = this.swagger;
    return [
      ...this.parameters(doc),
      ...responsesOf(doc, onPage).map((response) =>
        ApiResponse(this.models.refer(response, used) as ResponseDoc),
      ),
    ];
  }

  private operation(
    doc: RouteDoc,
    operationId: string,
    used: Set<Type>,
  ): (options: DocumentOptions) => MethodDecorator {
    const operation = {
      operationId,
      summary: doc.summary,
      ...(doc.description && { description: doc.description }),
      ...(doc.body !== undefined && { requestBody: bodyOf(doc, this.entity) }),
    };
    const referred = this.models.refer(operation, used) as typeof operation;
    // Nothing where no session is needed, even if the host's document asks for something everywhere.
    const security = ({ bearer }: DocumentOptions): Record<string, string[]>[] =>
      doc.session ? [{ cookie: [] }, ...(bearer ? [{ bearer: [] }] : [])] : [];
    return (options) => this.swagger.ApiOperation({ ...referred, security: security(options) });
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

function bodyOf(
  { body: input = null, moreFields = input === null }: RouteDoc,
  entity: Type<SsoUserBase>,
): RequestBody {
  const body = input && withUserFields(input, entity);
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
