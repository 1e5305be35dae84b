import { hash, randomBytes } from 'node:crypto';

/** 32 random bytes in base64url: what the cookie holds (ASVS 7.2.3). */
export function newToken(): string {
  return randomBytes(32).toString('base64url');
}

/** SHA-256 in hexadecimal: what the table holds, so that a stolen table opens no session. */
export function hashToken(token: string): string {
  return hash('sha256', token, 'hex');
}

/** Whether a value has the shape of a token at all. */
export function isToken(value: unknown): value is string {
  return typeof value === 'string' && /^[\w-]{43}$/.test(value);
}
