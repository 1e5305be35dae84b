import { hash, randomBytes } from 'node:crypto';

/** 32 random bytes in base64url: what the cookie holds (ASVS 7.2.3). */
export function newToken(): string {
  return randomBytes(32).toString('base64url');
}

/** SHA-256 in hexadecimal: what the table holds, so that a stolen table opens no session. */
export function hashToken(token: string): string {
  return hash('sha256', token, 'hex');
}

/** More cookies of one name are no accident. */
const MAX_TOKENS = 8;

/** What has the shape of a token in a text; several where a browser sent several cookies of our name. */
export function tokensIn(text: unknown): string[] {
  const words = typeof text === 'string' ? text.split(' ') : [];
  return [...new Set(words)].filter((word) => /^[\w-]{43}$/.test(word)).slice(0, MAX_TOKENS);
}
