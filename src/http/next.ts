/** Proxies refuse answers with longer headers; an address that would be one is not remembered. */
const MAX_ADDRESS = 2000;
const BASE = 'http://own.invalid';

/**
 * The path that `next` names on one of the application's own origins, or `null` when it leads elsewhere, or straight
 * back to one of `never` (login itself, logout).
 */
export function sameOriginPath(
  next: unknown,
  ownOrigins: ReadonlySet<string>,
  never: readonly string[] = [],
): string | null {
  if (typeof next !== 'string' || next === '' || next.length > MAX_ADDRESS) return null;
  if (!URL.canParse(next, BASE)) return null;
  // The parser of the URL standard reads `\`, tabs and `//` as a browser will.
  const url = new URL(next, BASE);
  const isRelative = url.origin === BASE && next.startsWith('/');
  if (!isRelative && !ownOrigins.has(url.origin)) return null;
  if (url.username !== '' || url.password !== '') return null;
  // `/.//evil.example` is of our origin, but its path alone would lead to evil.example.
  if (url.pathname.startsWith('//')) return null;
  const path = url.pathname.replace(/\/$/, '').toLowerCase();
  const address = `${url.pathname}${url.search}${url.hash}`;
  // Encoding makes up to nine characters of one.
  return never.includes(path) || address.length > MAX_ADDRESS ? null : address;
}

/** The address of a page that remembers where to go on, unless it would be too long. */
export function withNext(page: string, next: string | null | undefined): string {
  if (!next) return page;
  const address = `${page}${page.includes('?') ? '&' : '?'}next=${encodeURIComponent(next)}`;
  return address.length > MAX_ADDRESS ? page : address;
}
