import { hash, randomBytes } from 'node:crypto';

/** How a client stores the token of its session: `cookie` for a browser, `bearer` for a program. */
export type SessionTransport = 'cookie' | 'bearer';

/** Prefix of bearer tokens, so that a token is valid either as a cookie or as a bearer token. */
const BEARER = 'b_';

/** Generates a token: 32 random bytes in base64url (ASVS 7.2.3). */
export function newToken(transport: SessionTransport = 'cookie'): string {
  const token = randomBytes(32).toString('base64url');
  if (transport === 'bearer') return `${BEARER}${token}`;
  // One in 4096 random tokens starts with the prefix of bearer tokens.
  return isBearerToken(token) ? newToken() : token;
}

/** Whether a token is a bearer token. */
export function isBearerToken(token: string): boolean {
  return token.startsWith(BEARER);
}

/** Returns the SHA-256 of the whole token, in hexadecimal. Only this hash is stored, so that a stolen table opens no session. */
export function hashToken(token: string): string {
  return hash('sha256', token, 'hex');
}

/** More tokens than this do not occur by accident. */
const MAX_TOKENS = 8;

/** Returns the words that look like tokens. There are several if the browser sent several cookies with the same name. */
export function tokensIn(text: unknown): string[] {
  const words = typeof text === 'string' ? text.split(' ') : [];
  return [...new Set(words)].filter((word) => /^(?:b_)?[\w-]{43}$/.test(word)).slice(0, MAX_TOKENS);
}
