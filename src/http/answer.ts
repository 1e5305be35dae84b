import type { AuthRequest } from './auth-request.js';

/** Whether the body came from an HTML form. */
export function isForm(request: AuthRequest): boolean {
  return Boolean(request.is(['application/x-www-form-urlencoded']));
}

/** A GET or HEAD by which a browser goes to a page; `*\/*`, as curl and fetch send it, is not a navigation. */
export function isNavigation(request: AuthRequest): boolean {
  return (request.method === 'GET' || request.method === 'HEAD') && prefersHtml(request);
}

/** Whether HTML is asked for by name. */
export function prefersHtml(request: AuthRequest): boolean {
  return request.accepts(['json', 'html']) === 'html';
}

/** Whether JSON is asked for by name. */
export function prefersJson(request: AuthRequest): boolean {
  return request.accepts(['html', 'json']) === 'json';
}
