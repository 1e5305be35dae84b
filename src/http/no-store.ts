import { type ExecutionContext, SetMetadata } from '@nestjs/common';
import type { OutgoingHttpHeaders } from 'node:http';
import type { AuthRequest, AuthResponse } from './auth-request.js';

/** Has no cache keep an answer, nor give it to somebody with another cookie. */
export function keepOutOfCaches(response: AuthResponse): void {
  response.vary('Cookie').setHeader('Cache-Control', 'no-store');
}

const kept = new WeakSet<AuthResponse>();

/**
 * {@link keepOutOfCaches} for the answer to a GraphQL request. Many fields share it, so that none of them may allow a
 * cache what another forbids: it is said when the headers are written, after Apollo's own cache control.
 */
export function keepGraphqlOutOfCaches({ res: response }: AuthRequest): void {
  // What comes through a WebSocket has no answer of HTTP.
  if (!response || response.headersSent || kept.has(response)) return;
  kept.add(response);
  const writeHead = response.writeHead.bind(response) as (...args: unknown[]) => AuthResponse;
  response.writeHead = (...args: unknown[]): AuthResponse => {
    const [headers] = args.filter((one) => typeof one === 'object' && one !== null);
    for (const [name, value] of entriesOf(headers)) response.setHeader(name, value);
    keepOutOfCaches(response);
    return writeHead(...args.filter((one) => one !== headers));
  };
}

/** The headers that `writeHead` is given, which would go over those that are set: an object, or names and values by turns. */
function entriesOf(headers: object = {}): [string, string | string[]][] {
  if (!Array.isArray(headers)) return Object.entries(headers as OutgoingHttpHeaders) as [string, string][];
  const flat = headers.flat() as string[];
  return flat.flatMap((name, index) => (index % 2 === 0 ? [[name, flat[index + 1] ?? '']] : []));
}

/** How long `@nestjs/cache-manager` keeps what a handler returns; the package need not be there. */
const CACHE_TTL = 'cache_module:cache_ttl';

/** The handlers that a guard stands before, by their controllers: an inherited handler has several. */
const guarded = new WeakMap<object, WeakSet<object>>();

/**
 * Keeps what signed-in people see out of every cache: those on the way, so that the back button shows nothing after a
 * logout (ASVS 14.3.2), and a global `CacheInterceptor`, which tells answers apart by their address alone, whoever asks.
 * A handler may set a `Cache-Control` of its own, and bear a `@CacheTTL()`.
 */
export function keepHandlerOutOfCaches(context: ExecutionContext): void {
  if (context.getType() !== 'http') return;
  const response = context.switchToHttp().getResponse<AuthResponse>();
  if (!response.headersSent) keepOutOfCaches(response);
  const [handler, controller] = [context.getHandler(), context.getClass()];
  const handlers = guarded.get(controller) ?? new WeakSet();
  if (handlers.has(handler)) return;
  guarded.set(controller, handlers.add(handler));
  if (!Reflect.hasMetadata(CACHE_TTL, handler)) SetMetadata(CACHE_TTL, timeToLive)(handler);
}

/** How long an answer is kept: not at all where a guard stands before it, else as its controller says. */
function timeToLive(context: ExecutionContext): unknown {
  const controller = context.getClass();
  if (!guarded.get(controller)?.has(context.getHandler())) return Reflect.getMetadata(CACHE_TTL, controller);
  // Where the time cannot be found out, the interceptor does without its cache.
  throw new Error('What signed-in people see is kept for nobody.');
}
