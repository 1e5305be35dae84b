import type { ArgumentsHost } from '@nestjs/common';
import type { SsoUserBase } from '../user/sso-user.entity.js';
import { type AuthRequest, SESSION } from './auth-request.js';
import type { AuthenticatedSession } from '../session/authenticated-session.js';
import { argumentsOfField } from './graphql-arguments.js';

/** What a guard has found for a handler: a request, and whose it is; `null` = nobody is signed in there. */
export interface Found {
  request: AuthRequest;
  session: AuthenticatedSession<SsoUserBase> | null;
}

/** One message of a WebSocket. */
class Message {}

const found = new WeakMap<object, Found>();

/**
 * Leaves what a guard has found for the handler behind it. An HTTP request has one handler. The fields of a GraphQL
 * query and the messages of a WebSocket share theirs with others, who may be told something else of the same person.
 */
export function keepFound(host: ArgumentsHost, kept: Found): void {
  if (host.getType() === 'http') {
    const request = host.getArgByIndex<AuthRequest>(0);
    request[SESSION] = kept.session;
    // Every request comes along here, and hardly one is found elsewhere.
    if (request !== kept.request) found.set(request, kept);
    return;
  }
  const [place = newMessage(host)] = placesOf(host);
  if (place) found.set(place, kept);
}

/** What a guard has left for the handler at hand, or for the field around it. */
export function keptFor(host: ArgumentsHost): Found | undefined {
  if (host.getType() === 'http') {
    const request = host.getArgByIndex<AuthRequest>(0);
    return found.get(request) ?? { request, session: request[SESSION] ?? null };
  }
  const place = placesOf(host).find((one) => found.has(one));
  return place && found.get(place);
}

/** The field of a GraphQL query, then those around it; or the message at hand. */
function placesOf(host: ArgumentsHost): object[] {
  const type = host.getType<'graphql' | 'ws' | 'rpc'>();
  const args: unknown[] = host.getArgs();
  if (type === 'ws') return args.filter((one): one is Message => one instanceof Message);
  // The last object is the context of the message, which each has of its own.
  if (type !== 'graphql')
    return args.filter((one) => typeof one === 'object' && one !== null).slice(-1) as object[];
  const { reference, info } = argumentsOfField(host);
  // All entities that a gateway asks for at once are one field.
  if (reference !== undefined) return [reference];
  const places: object[] = [];
  for (let path: typeof info.path | undefined = info.path; path; path = path.prev) places.push(path);
  return places;
}

/**
 * A WebSocket knows nothing of a single message but its arguments, and Nest hands the parameters a copy of them: what
 * is to be found there has to be one. The last argument is the pattern.
 */
function newMessage(host: ArgumentsHost): Message | undefined {
  if (host.getType<string>() !== 'ws') return undefined;
  const message = new Message();
  const args: unknown[] = host.getArgs();
  args.splice(-1, 0, message);
  return message;
}
