import type { ExecutionContext } from '@nestjs/common';
import type { SsoUserBase } from '../user/sso-user.entity.js';
import { type AuthRequest, PLACES, SESSION } from './auth-request.js';
import type { AuthenticatedSession } from './authenticated-session.js';

type Found = AuthenticatedSession<SsoUserBase> | null;

/**
 * Leaves the session that a guard has found for the handler behind it; `null` = nobody is signed in there. An HTTP
 * request has one handler. The fields of a GraphQL query and the messages of a WebSocket share theirs with others, who
 * may be told something else of the same person.
 */
export function keepSession(request: AuthRequest, context: ExecutionContext, session: Found): void {
  if (context.getType() === 'http') request[SESSION] = session;
  else (request[PLACES] ??= new WeakMap()).set(placesOf(context)[0], session);
}

/** The session that a guard has left for the handler at hand, or for the field around it. */
export function keptSession(request: AuthRequest, context: ExecutionContext): Found {
  if (context.getType() === 'http') return request[SESSION] ?? null;
  const place = placesOf(context).find((one) => request[PLACES]?.has(one));
  return (place && request[PLACES]?.get(place)) ?? null;
}

/** The field of a GraphQL query, then those around it; or the handler of a message. */
function placesOf(context: ExecutionContext): [object, ...object[]] {
  if (context.getType<'graphql' | 'ws'>() !== 'graphql') return [context.getHandler()];
  const { path } = context.getArgByIndex<{ path: Path }>(3);
  const around: Path[] = [];
  for (let { prev } = path; prev; { prev } = prev) around.push(prev);
  return [path, ...around];
}

/** The path of a field, as GraphQL gives it to resolvers. */
interface Path {
  prev: Path | undefined;
}
