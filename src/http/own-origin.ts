import type { AuthRequest } from './auth-request.js';

/**
 * The origins (RFC 6454) under which the application was reached. Behind a proxy that ends TLS without the host's
 * `trust proxy`, the request looks like HTTP; in production only HTTPS can carry our cookie, so that counts too.
 *
 * @param request of a WebSocket, what `ExpressRequests` makes of its handshake
 */
export function ownOrigins(request: AuthRequest, production: boolean): ReadonlySet<string> {
  const protocol = request.protocol ?? ('encrypted' in (request.socket ?? {}) ? 'https' : 'http');
  const host = request.host ?? request.headers.host;
  const schemes = production ? [protocol, 'https'] : [protocol];
  return new Set(
    schemes
      .map((scheme) => `${scheme}://${host ?? ''}`)
      .filter((url) => URL.canParse(url))
      .map((url) => new URL(url).origin),
  );
}
