import { createParamDecorator, type ExecutionContext, type PipeTransform, type Type } from '@nestjs/common';
import type { AuthRequest } from './auth-request.js';
import type { AuthenticatedSession } from './authenticated-session.js';
import { keptSession } from './found-session.js';

const ADVICE: Readonly<Record<string, string>> = {
  graphql: 'Give the GraphQL module a context that has the request as `req`.',
  ws: 'With the `ws` adapter, keep it: `handleConnection(client, request) { client.request = request; }`.',
};

/**
 * The request behind any execution context: HTTP, GraphQL (`context.req`) or the handshake of a WebSocket.
 *
 * @throws Error that says where the host has to put it
 */
export function requestOf(context: ExecutionContext): AuthRequest {
  const type = context.getType<'http' | 'graphql' | 'ws' | 'rpc'>();
  const request = requestIn(type, context);
  if (request) return request;
  const advice = ADVICE[type] ?? 'Guards and decorators work in HTTP, GraphQL and WebSocket handlers.';
  throw new Error(`nestjs-session-auth finds no request in a "${type}" context. ${advice}`);
}

function requestIn(type: string, context: ExecutionContext): AuthRequest | undefined {
  if (type === 'http') return context.switchToHttp().getRequest<AuthRequest>();
  if (type === 'graphql') return context.getArgByIndex<{ req?: AuthRequest } | undefined>(2)?.req;
  if (type !== 'ws') return undefined;
  const client = context.switchToWs().getClient<{ request?: AuthRequest; handshake?: AuthRequest }>();
  return client.request ?? client.handshake;
}

/** A request, and the session that a guard found for the handler at hand. */
export interface Sender {
  request: AuthRequest;
  session?: AuthenticatedSession | null;
}

const FromSender = createParamDecorator((_: unknown, context: ExecutionContext): Sender => {
  const request = requestOf(context);
  return { request, session: keptSession(request, context) };
});

/** A parameter made from the request by an injectable pipe, which can reach the module's own providers. */
export function FromRequest(pipe: Type<PipeTransform<Sender>>): ParameterDecorator {
  return FromSender(pipe);
}
