import { plainAddress } from '../input/address.js';

// NUL stops PostgreSQL, a lone surrogate has no UTF-8, and the others break lines where a log is read.
const UNFIT = /[\p{Cc}\p{Cs}\u2028\u2029]/gu;

/** Text from outside as a column takes it: cut to `length` code points, unfit characters replaced; absent = `null`. */
export function columnText(text: string | null | undefined, length: number): string | null {
  if (typeof text !== 'string') return null;
  const codePoints = Array.from(text.slice(0, 2 * length));
  return codePoints.slice(0, length).join('').replace(UNFIT, '\uFFFD');
}

/** An address as a column takes it: an IPv4 address is written as one where IPv6 carries it; absent = `null`. */
export function addressText(address: string | undefined): string | null {
  return address === undefined ? null : columnText(plainAddress(address), 45);
}
