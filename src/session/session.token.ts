import { hash, randomBytes } from 'node:crypto';

/** How a client keeps the token of its session: a browser in the cookie, a program by itself. */
export type SessionTransport = 'cookie' | 'bearer';

/** What the tokens of programs begin with, so that no token works the other way. */
const BEARER = 'b_';

/** 32 random bytes in base64url (ASVS 7.2.3). */
export function newToken(transport: SessionTransport = 'cookie'): string {
  const token = randomBytes(32).toString('base64url');
  if (transport === 'bearer') return `${BEARER}${token}`;
  // By chance, one in 4096 looks like that of a program.
  return isBearerToken(token) ? newToken() : token;
}

/** Whether a token is that of a program. */
export function isBearerToken(token: string): boolean {
  return token.startsWith(BEARER);
}

/** SHA-256 of the whole token in hexadecimal: what the table holds, so that a stolen table opens no session. */
export function hashToken(token: string): string {
  return hash('sha256', token, 'hex');
}

/** More cookies of one name are no accident. */
const MAX_TOKENS = 8;

/** What has the shape of a token in a text; several where a browser sent several cookies of our name. */
export function tokensIn(text: unknown): string[] {
  const words = typeof text === 'string' ? text.split(' ') : [];
  return [...new Set(words)].filter((word) => /^(?:b_)?[\w-]{43}$/.test(word)).slice(0, MAX_TOKENS);
}
