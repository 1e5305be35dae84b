import { type AuthErrorCode, authErrorStatus } from '../errors/auth.codes.js';
import {
  type JsonSchema,
  listOf,
  named,
  oneOf,
  oneOfOr,
  objectOf,
  TEXT,
  COUNT,
} from '../input/json-schema.js';
import type { RouteDoc } from './route-doc.js';

/** One way a route answers. */
export interface ResponseDoc {
  status: number;
  description: string;
  headers?: Record<string, { description: string; schema: JsonSchema }>;
  content?: Record<string, { schema: JsonSchema }>;
}

const codes = Object.keys(authErrorStatus) as AuthErrorCode[];

const ERROR = named(
  'SessionAuthError',
  objectOf(
    { statusCode: COUNT, code: oneOfOr(codes), message: TEXT },
    {
      errors: listOf(
        named('SessionAuthFieldError', objectOf({ field: TEXT, code: oneOfOr(codes), message: TEXT })),
      ),
    },
  ),
);

const HTML: JsonSchema = { type: 'string' };

/** Headers that a refusal of this status carries. */
const REFUSAL_HEADERS: Readonly<Record<number, Record<string, string>>> = {
  405: { Allow: 'The methods that the route has.' },
  429: { 'Retry-After': 'Seconds until the next attempt.' },
};

/** Every way a route answers; `page` = its refusals can be pages. */
export function responsesOf(doc: RouteDoc, page: boolean): ResponseDoc[] {
  return [success(doc), ...redirect(doc), ...refusals(doc.refusals, page)];
}

function success({ status = 200, answer, media, headers }: RouteDoc): ResponseDoc {
  return {
    status,
    description: 'Done.',
    ...(headers && { headers: textHeaders(headers) }),
    content: {
      ...(answer && { 'application/json': { schema: answer.schema } }),
      ...Object.fromEntries([media ?? []].flat().map((type) => [type, { schema: HTML }])),
    },
  };
}

function redirect({ redirect: description, headers }: RouteDoc): ResponseDoc[] {
  if (description === undefined) return [];
  return [{ status: 303, description, headers: textHeaders({ Location: 'Where to.', ...headers }) }];
}

function refusals(given: readonly AuthErrorCode[], page: boolean): ResponseDoc[] {
  const statuses = [...new Set(given.map((code) => authErrorStatus[code]))].sort();
  return statuses.map((status) => {
    const own = [...new Set(given)].filter((code) => authErrorStatus[code] === status);
    const headers = REFUSAL_HEADERS[status];
    const narrowed: JsonSchema = {
      type: 'object',
      properties: { statusCode: { type: 'integer', enum: [status] }, code: codeSchema(own) },
    };
    return {
      status,
      description: own.map((code) => `\`${code}\``).join(', '),
      ...(headers && { headers: textHeaders(headers) }),
      content: {
        'application/json': { schema: { allOf: [ERROR.schema, narrowed] } },
        ...(page && { 'text/html': { schema: HTML } }),
      },
    };
  });
}

/** Where a password is chosen, a rule of the host's own may have a code that nobody knows here. */
function codeSchema(own: readonly AuthErrorCode[]): JsonSchema {
  return (own.includes('password_too_short') ? oneOfOr(own) : oneOf(own)).schema;
}

function textHeaders(
  headers: Readonly<Record<string, string>>,
): Record<string, { description: string; schema: JsonSchema }> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, description]) => [name, { description, schema: TEXT.schema }]),
  );
}
