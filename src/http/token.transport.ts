import { Injectable } from '@nestjs/common';
import type { IncomingMessage } from 'node:http';
import { SessionSettings } from '../session/session.options.js';
import type { SessionTransport } from '../session/session.token.js';
import type { AuthResponse } from './auth-request.js';
import { SessionCookie } from './session.cookie.js';

/** Scheme and credentials (RFC 6750 §2.1); the scheme is case-insensitive (RFC 9110 §11.1). */
const BEARER = /^bearer(?: +(?<token>.*))?$/i;
/** Tokens of programs have a prefix, so that a token stolen from a cookie is useless here. */
const TOKEN = /^b_[\w-]{43}$/;
const CHALLENGE = 'Bearer realm="session"';

/**
 * Reads and sends the token of a session: in the cookie of a browser or, with `session.bearer`, in the header `Authorization`
 * of a program (RFC 6750). A page of another site cannot make a browser send that header.
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

  /** Returns the token of a request. The cookie is ignored if the request is from a program. */
  read(request: IncomingMessage): string | undefined {
    if (!this.isBearer(request)) return this.cookie.read(request);
    const token = credentialsOf(request)?.['token'] ?? '';
    return TOKEN.test(token) ? token : undefined;
  }

  /** Returns how the client of a request keeps its token. */
  of(request: IncomingMessage): SessionTransport {
    return this.isBearer(request) ? 'bearer' : 'cookie';
  }

  /** Whether a request is from a program: it has `Authorization: Bearer …`, or `X-Session-Transport: bearer` before the login. */
  isBearer(request: IncomingMessage): boolean {
    if (!this.acceptsBearer) return false;
    const { 'x-session-transport': asked } = request.headers;
    return credentialsOf(request) !== undefined || String(asked).toLowerCase() === 'bearer';
  }

  /** Sets the cookie of a browser to a new token. For a program, returns the fields to add to the body. */
  give(request: IncomingMessage, response: AuthResponse, token: string): { token?: string } {
    if (this.isBearer(request)) return { token };
    this.cookie.write(response, token);
    return {};
  }

  /** Clears the cookie of a browser after its session has ended; a program has none. */
  clear(request: IncomingMessage, response: AuthResponse): void {
    if (!this.isBearer(request)) this.cookie.clear(response);
  }

  /** @internal Keeps caches from sending the answer for one program to another. */
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

/** Returns the text after the scheme `Bearer`; `undefined` if the request does not use it. */
function credentialsOf({ headers }: IncomingMessage): Record<string, string | undefined> | undefined {
  const found = BEARER.exec(headers.authorization ?? '');
  return found ? (found.groups ?? {}) : undefined;
}
