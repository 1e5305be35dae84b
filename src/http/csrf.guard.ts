import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { CsrfFailedException } from './http.exceptions.js';
import type { AuthRequest } from './auth-request.js';
import { isAuthRoute } from './auth-route.js';
import { ExpressRequests } from './express-requests.js';
import { requestOf } from './from-request.js';
import { argumentsOfField } from './graphql-arguments.js';
import { lazyProvider } from './lazy-provider.js';
import { CsrfTokens } from './csrf.tokens.js';
import { OriginCheck } from './origin.check.js';
import { TokenTransport } from './token.transport.js';

const SAFE_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE']);

/**
 * Refuses unsafe requests that a browser sends for another site: by `Sec-Fetch-Site`, else by `Origin` (ASVS 3.5.1).
 * A client that is not a browser sends neither, and passes. The handshake of a WebSocket is verified like an unsafe request.
 *
 * @throws CsrfFailedException
 */
@Injectable()
export class OriginGuard implements CanActivate {
  private readonly origins: () => OriginCheck;
  /** @internal */
  protected readonly requests: () => ExpressRequests;

  constructor(moduleRef: ModuleRef) {
    this.origins = lazyProvider(moduleRef, OriginCheck);
    this.requests = lazyProvider(moduleRef, ExpressRequests);
  }

  canActivate(context: ExecutionContext): boolean {
    const request = this.getRequest(context);
    if (!isSafe(request, context) && !this.origins().isOwnSite(request)) throw new CsrfFailedException();
    return true;
  }

  /** Override it where a request is found elsewhere. */
  protected getRequest(context: ExecutionContext): AuthRequest {
    return requestOf(context);
  }
}

/** Whether nothing that comes with the request changes anything. */
function isSafe(request: AuthRequest, context: ExecutionContext): boolean {
  const type = context.getType<'graphql' | 'http' | 'ws'>();
  // What comes through a WebSocket is not safe, though its handshake is a GET; socket.io can also begin without one.
  if (type === 'ws' || request.headers.upgrade !== undefined) return false;
  if (type === 'graphql' && argumentsOfField(context).info.operation.operation === 'mutation') return false;
  return SAFE_METHODS.has(request.method);
}

/**
 * Refuses unsafe requests that a browser sends for another site, and form posts without the hidden `csrf_token` that
 * their page was given. For the host's own forms too: `CsrfTokens.issue` makes the token. Bound globally, with `APP_GUARD`, it
 * leaves the routes of this module to their own guards. A request with a bearer token needs neither (see `session.bearer`).
 *
 * @throws CsrfFailedException
 */
@Injectable()
export class CsrfGuard extends OriginGuard {
  private readonly tokens: () => CsrfTokens;
  private readonly transport: () => TokenTransport;

  constructor(moduleRef: ModuleRef) {
    super(moduleRef);
    this.tokens = lazyProvider(moduleRef, CsrfTokens);
    this.transport = lazyProvider(moduleRef, TokenTransport);
  }

  /** Lets safe methods through, and everything that is not a form once its origin is checked. */
  override canActivate(context: ExecutionContext): boolean {
    return isAuthRoute(context) || this.check(context);
  }

  /** What it asks of every request that is not for a route of this module. */
  protected check(context: ExecutionContext): boolean {
    const request = this.requests().of(this.getRequest(context));
    const isForm =
      !SAFE_METHODS.has(request.method) && Boolean(request.is(['urlencoded', 'multipart', 'text/plain']));
    const needsToken = isForm && !this.transport().isBearer(request);
    if (super.canActivate(context) && needsToken && !this.tokens().isValid(request))
      throw new CsrfFailedException(this.tokens().isDropped(request) ? 'plain_http' : undefined);
    return true;
  }
}

/** {@link CsrfGuard} on the routes of this module. */
@Injectable()
export class OwnCsrfGuard extends CsrfGuard {
  override canActivate(context: ExecutionContext): boolean {
    return this.check(context);
  }
}
