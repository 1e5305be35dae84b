import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { BodyTooLargeException, UnsupportedMediaTypeException } from './http.exceptions.js';
import { TimeBudget } from '../database/time-budget.js';
import type { AuthRequest, AuthResponse } from './auth-request.js';
import { keepOutOfCaches } from './no-store.js';
import { PlainHttpWarning } from './plain-http.js';
import { TokenTransport } from './token.transport.js';

const JSON_TYPE = 'application/json';
const MAX_BODY_BYTES = 10 * 1024;

/** What a host without Nest's own parsers has to call. */
export const PARSERS = "app.useBodyParser('json') and app.useBodyParser('urlencoded', { extended: true })";

/** Sets the headers of every answer of ours: none is kept in a cache, none is sniffed. */
export function protectAnswer(response: AuthResponse): void {
  keepOutOfCaches(response);
  response.setHeader('X-Content-Type-Options', 'nosniff');
}

/**
 * What comes first on every route of ours: the headers of the answer, the time that the database has, then the kind and
 * size of the body.
 *
 * @throws UnsupportedMediaTypeException, BodyTooLargeException
 * @throws Error that says what to do where the host has no parser for the body
 */
@Injectable()
export class RequestGuard implements CanActivate {
  constructor(
    private readonly plainHttp: PlainHttpWarning,
    private readonly transport: TokenTransport,
  ) {}

  canActivate(context: ExecutionContext): boolean {
    const http = context.switchToHttp();
    const request = http.getRequest<AuthRequest>();
    const response = http.getResponse<AuthResponse>();
    protectAnswer(response);
    this.transport.vary(response);
    TimeBudget.open(request);
    this.plainHttp.check(request);
    if (!hasBody(request)) return true;
    const isBearer = this.transport.isBearer(request);
    // A form is answered by a redirect, which could not hold a token.
    if (!request.is(isBearer ? [JSON_TYPE] : [JSON_TYPE, 'application/x-www-form-urlencoded'])) {
      throw new UnsupportedMediaTypeException(isBearer ? 'bearer' : undefined);
    }
    if (isBodyTooLarge(request)) throw new BodyTooLargeException();
    if (request.body === undefined) {
      throw new Error(`No body parser has read this request. Bind parsers before app.listen(): ${PARSERS}.`);
    }
    return true;
  }
}

function hasBody({ method, headers }: AuthRequest): boolean {
  if (method === 'GET' || method === 'HEAD') return false;
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

/** Whether the body is over 10 kB. */
export function isBodyTooLarge({ headers, body }: AuthRequest): boolean {
  const length = headers['content-length'];
  // A chunked or compressed body does not say how long it is; the host's parser has read it within its own limit.
  const isSaid = length !== undefined && headers['content-encoding'] === undefined;
  try {
    return (isSaid ? Number(length) : Buffer.byteLength(JSON.stringify(body ?? null))) > MAX_BODY_BYTES;
  } catch {
    // Nested too deeply to be measured.
    return true;
  }
}
