import { Injectable } from '@nestjs/common';
import type { IncomingMessage } from 'node:http';
import { SessionSettings } from '../session/session.options.js';
import type { SessionTransport } from '../session/session.token.js';
import type { AuthResponse } from './auth-request.js';
import { SessionCookie } from './session.cookie.js';

/** Scheme and credentials (RFC 6750 §2.1); the scheme is written in any case (RFC 9110 §11.1). */
const BEARER = /^bearer(?: +(?<token>.*))?$/i;
/** The tokens of programs have a prefix, so that what is stolen from a cookie is worthless here. */
const TOKEN = /^b_[\w-]{43}$/;
const CHALLENGE = 'Bearer realm="session"';

/**
 * How the token of a session comes and goes: in the cookie of a browser, or, with `session.bearer`, in the header
 * `Authorization` of a program (RFC 6750). Nobody else's page can have a browser send such a header.
 */
@Injectable()
export class TokenTransport {
  private readonly acceptsBearer: boolean;

  /** @internal */
  constructor(
    { bearer }: SessionSettings,
    private readonly cookie: SessionCookie,
  ) {
    this.acceptsBearer = bearer;
  }

  /** The token that a request brings; the cookie is not looked at where a program speaks. */
  read(request: IncomingMessage): string | undefined {
    if (!this.isBearer(request)) return this.cookie.read(request);
    const token = credentialsOf(request)?.['token'] ?? '';
    return TOKEN.test(token) ? token : undefined;
  }

  /** Which way the request speaks, and its answer has to. */
  of(request: IncomingMessage): SessionTransport {
    return this.isBearer(request) ? 'bearer' : 'cookie';
  }

  /** Whether a program speaks: it sends `Authorization: Bearer …`, or has yet to log in and says how. */
  isBearer(request: IncomingMessage): boolean {
    if (!this.acceptsBearer) return false;
    const { 'x-session-transport': asked } = request.headers;
    return credentialsOf(request) !== undefined || String(asked).toLowerCase() === 'bearer';
  }

  /** Writes a new token into the cookie of a browser. For a program, returns what the body has to hold. */
  give(request: IncomingMessage, response: AuthResponse, token: string): { token?: string } {
    if (this.isBearer(request)) return { token };
    this.cookie.write(response, token);
    return {};
  }

  /** Has a browser drop its cookie after its session has ended; a program has none. */
  clear(request: IncomingMessage, response: AuthResponse): void {
    if (!this.isBearer(request)) this.cookie.clear(response);
  }

  /** @internal Keeps caches from taking the answer to one program for that to another. */
  vary(response: AuthResponse): void {
    if (this.acceptsBearer && !response.headersSent) response.vary('Authorization');
  }

  /**
   * @internal What a 401 tells programs (RFC 6750 §3).
   *
   * @param refusesToken whether it is the token that was refused, and not, for instance, a password
   */
  challenge(request: IncomingMessage, response: AuthResponse, refusesToken = true): void {
    if (!this.acceptsBearer || response.headersSent) return;
    const isRefused = refusesToken && credentialsOf(request) !== undefined;
    const challenge = isRefused ? `${CHALLENGE}, error="invalid_token"` : CHALLENGE;
    response.setHeader('WWW-Authenticate', challenge);
  }
}

/** What follows the scheme Bearer; `undefined` = the request does not use it. */
function credentialsOf({ headers }: IncomingMessage): Record<string, string | undefined> | undefined {
  const found = BEARER.exec(headers.authorization ?? '');
  return found ? (found.groups ?? {}) : undefined;
}
