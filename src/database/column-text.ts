import { plainAddress } from '../input/address.js';

// PostgreSQL refuses NUL, UTF-8 cannot encode a lone surrogate, and the others break lines in logs.
const UNSTORABLE = /[\p{Cc}\p{Cs}\u2028\u2029]/gu;

/** Cuts text from a request to `length` code points and replaces characters that cannot be stored; `null` if there is no text. */
export function columnText(text: string | null | undefined, length: number): string | null {
  if (typeof text !== 'string') return null;
  const codePoints = Array.from(text.slice(0, 2 * length));
  return codePoints.slice(0, length).join('').replace(UNSTORABLE, '\uFFFD');
}

/** Returns an IP address as text for a column, with an IPv4-mapped IPv6 address as plain IPv4; `null` if there is none. */
export function addressText(address: string | undefined): string | null {
  return address === undefined ? null : columnText(plainAddress(address), 45);
}
