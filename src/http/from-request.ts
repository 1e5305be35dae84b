import {
  type ArgumentsHost,
  createParamDecorator,
  type ExecutionContext,
  type PipeTransform,
  type Type,
} from '@nestjs/common';
import { keepGraphqlOutOfCaches } from './no-store.js';
import type { AuthRequest } from './auth-request.js';
import type { AuthenticatedSession } from '../session/authenticated-session.js';
import { keptFor } from './found-session.js';
import { argumentsOfField } from './graphql-arguments.js';

const ADVICE: Readonly<Record<string, string>> = {
  graphql:
    'Give the GraphQL module a context that has the request as `req`, over graphql-ws too: ' +
    '`context: ({ req, extra }) => ({ req: req ?? extra.request })`.',
  ws: 'With the `ws` adapter, keep it: `handleConnection(client, request) { client.request = request; }`.',
};

/** What graphql-ws makes of a connection; it has the handshake. */
interface GraphqlConnection {
  extra?: { request?: AuthRequest };
}

/** A GraphQL context. Over graphql-ws, Nest's own has the connection for a request. */
interface GraphqlContext extends GraphqlConnection {
  req?: Partial<AuthRequest> & GraphqlConnection;
}

/**
 * The request behind any execution context: the one that a guard has found for the handler, else that of HTTP, of
 * GraphQL (`context.req`), or the handshake of a WebSocket.
 *
 * @throws Error that says where the host has to put it
 */
export function requestOf(host: ArgumentsHost): AuthRequest {
  const request = findRequest(host);
  if (request) return request;
  const type = host.getType<string>();
  const advice = ADVICE[type] ?? 'Guards and decorators work in HTTP, GraphQL and WebSocket handlers.';
  throw new Error(`nestjs-session-auth found no request in a "${type}" context. ${advice}`);
}

/** {@link requestOf}, or `undefined` without a request. */
export function findRequest(host: ArgumentsHost): AuthRequest | undefined {
  return keptFor(host)?.request ?? requestIn(host);
}

function requestIn(host: ArgumentsHost): AuthRequest | undefined {
  const type = host.getType<'http' | 'graphql' | 'ws'>();
  if (type === 'graphql') {
    const { context } = argumentsOfField<GraphqlContext>(host);
    const request = context?.req;
    return request?.headers ? (request as AuthRequest) : (request ?? context)?.extra?.request;
  }
  if (type !== 'ws') return undefined;
  const client = host.switchToWs().getClient<{ request?: AuthRequest; handshake?: AuthRequest }>();
  return client.request ?? client.handshake;
}

/** A request, and the session that a guard found for the handler at hand. */
export interface Sender {
  request: AuthRequest;
  session?: AuthenticatedSession | null;
  /**
   * What is asked for at once, where that is less than the request: a message or an operation that came through a
   * WebSocket.
   * @default the request
   */
  occasion?: object;
}

/** Who has sent what a handler is to answer. */
export function senderOf(host: ArgumentsHost, request: AuthRequest): Sender {
  return { request, session: keptFor(host)?.session ?? null, occasion: occasionIn(host, request) };
}

function occasionIn(host: ArgumentsHost, request: AuthRequest): object {
  const type = host.getType<'graphql' | 'http' | 'ws'>();
  if (type === 'http') return request;
  if (type !== 'graphql') return {};
  return request.headers.upgrade === undefined ? request : argumentsOfField(host).info.variableValues;
}

const FromSender = createParamDecorator((_: unknown, context: ExecutionContext): Sender => {
  const request = requestOf(context);
  if (context.getType<string>() === 'graphql') keepGraphqlOutOfCaches(request);
  return senderOf(context, request);
});

/** A parameter made from the request by an injectable pipe, which can reach the module's own providers. */
export function FromRequest(pipe: Type<PipeTransform<Sender>>): ParameterDecorator {
  return FromSender(pipe);
}
