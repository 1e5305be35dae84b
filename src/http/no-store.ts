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

const seen = new WeakSet<object>();

/**
 * Keeps what signed-in people see out of every cache: those on the way, so that the back button shows nothing after a
 * logout (ASVS 14.3.2), and a global `CacheInterceptor`, which tells answers apart by their address alone, whoever asks.
 * A handler may set a `Cache-Control` of its own, and bear a `@CacheTTL()`.
 */
export function keepHandlerOutOfCaches(context: ExecutionContext): void {
  if (context.getType() !== 'http') return;
  keepOutOfCaches(context.switchToHttp().getResponse<AuthResponse>());
  const handler = context.getHandler();
  if (seen.has(handler)) return;
  seen.add(handler);
  const isAllowed = [handler, context.getClass()].some((target) => Reflect.hasMetadata(CACHE_TTL, target));
  // Where the time cannot be found out, the interceptor does without its cache.
  if (!isAllowed) SetMetadata(CACHE_TTL, neverKept)(handler);
}

function neverKept(): never {
  throw new Error('What signed-in people see is kept for nobody.');
}
