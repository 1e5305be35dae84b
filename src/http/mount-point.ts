import type { AuthRequest } from './auth-request.js';

/** Segments of a URL's path (RFC 3986 §3.3), none of them empty. No comma: several values of a header are joined by it; no semicolon: no path of a cookie has one. */
const PATH = /^(?:\/[\w.~!$&'()*+=:@%-]+)+$/;

/**
 * Where the application begins for the browser, for instance `/shop`; `''` = at the root. A proxy may have stripped a
 * prefix, and another Express application may have mounted this one.
 */
export function mountPoint(request: AuthRequest): string {
  return `${strippedPrefix(request)}${wellFormed(request.baseUrl)}`;
}

/** The address of the request as the browser sees it. */
export function visibleUrl(request: AuthRequest): string {
  const { originalUrl } = request;
  // The absolute form (RFC 9112 §3.2.2) begins with a scheme.
  return originalUrl.startsWith('/') ? `${strippedPrefix(request)}${originalUrl}` : originalUrl;
}

/** What a proxy has stripped, and says so in `X-Forwarded-Prefix`. */
function strippedPrefix({ app, headers, socket }: AuthRequest): string {
  const given = headers['x-forwarded-prefix'];
  if (given === undefined) return '';
  // What Express itself asks about `X-Forwarded-Host`.
  const trusts = app?.get('trust proxy fn');
  const isTrusted = typeof trusts === 'function' && Boolean(trusts(socket.remoteAddress, 0));
  return isTrusted ? wellFormed(given) : '';
}

function wellFormed(path: unknown): string {
  const trimmed = typeof path === 'string' ? path.replace(/\/$/, '') : '';
  return PATH.test(trimmed) ? trimmed : '';
}
