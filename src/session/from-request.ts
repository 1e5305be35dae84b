import { createParamDecorator, type ExecutionContext, type PipeTransform, type Type } from '@nestjs/common';
import type { AuthRequest } from './auth-request.js';

/** The request behind any execution context: HTTP, GraphQL (`context.req`) or the handshake of a WebSocket. */
export function requestOf(context: ExecutionContext): AuthRequest {
  switch (context.getType<'http' | 'graphql' | 'ws' | 'rpc'>()) {
    case 'http':
      return context.switchToHttp().getRequest<AuthRequest>();
    case 'graphql':
      return context.getArgByIndex<{ req: AuthRequest }>(2).req;
    case 'ws': {
      const client = context.switchToWs().getClient<{ request?: AuthRequest; handshake?: AuthRequest }>();
      const request = client.request ?? client.handshake;
      if (request) return request;
    }
    // falls through
    default:
      throw new Error(
        `nestjs-session-auth finds no request in a "${context.getType()}" context. Extend the guard and override getRequest().`,
      );
  }
}

const Request = createParamDecorator((_: unknown, context: ExecutionContext) => requestOf(context));

/** A parameter made from the request by an injectable pipe, which can reach the module's own providers. */
export function FromRequest(pipe: Type<PipeTransform<AuthRequest>>): ParameterDecorator {
  return Request(pipe);
}
