import { Injectable } from '@nestjs/common';
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { HttpSettings } from './http.settings.js';

const CIPHER = 'aes-256-gcm';
const KEY_BYTES = 32;
/** NIST SP 800-38D §8.2: of this length, IVs may be random. */
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** What a sealed text goes with: with anything else it does not open. */
export type SealContext = readonly (string | number)[];

/**
 * Seals texts that a browser keeps for us: it can neither read nor change them, nor use them elsewhere. Every process
 * with the same `secret` opens them.
 */
@Injectable()
export class Seal {
  // The first seals, all open.
  private readonly keys: readonly [Uint8Array, ...Uint8Array[]];

  constructor({ secrets: [first, ...others] }: HttpSettings) {
    this.keys = [keyOf(first), ...others.map(keyOf)];
  }

  /** @param lifetime milliseconds for which it can be opened */
  seal(text: string, context: SealContext, lifetime: number): string {
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv(CIPHER, this.keys[0], iv, { authTagLength: TAG_BYTES });
    cipher.setAAD(bytesOf(context));
    const content = JSON.stringify([Date.now() + lifetime, text]);
    const sealed = [cipher.update(content, 'utf8'), cipher.final()];
    return Buffer.concat([iv, ...sealed, cipher.getAuthTag()]).toString('base64url');
  }

  /** The text; `undefined` where it was not sealed here for this context, or too long ago. */
  open(sealed: string, context: SealContext): string | undefined {
    const bytes = Buffer.from(sealed, 'base64url');
    if (bytes.length < IV_BYTES + TAG_BYTES) return undefined;
    for (const key of this.keys) {
      const content = opened(bytes, key, context);
      if (content === undefined) continue;
      const [until, text] = JSON.parse(content) as [number, string];
      return Date.now() < until ? text : undefined;
    }
    return undefined;
  }
}

function opened(bytes: Buffer, key: Uint8Array, context: SealContext): string | undefined {
  const decipher = createDecipheriv(CIPHER, key, bytes.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES });
  decipher.setAAD(bytesOf(context));
  decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
  const content = decipher.update(bytes.subarray(IV_BYTES, -TAG_BYTES));
  try {
    return Buffer.concat([content, decipher.final()]).toString('utf8');
  } catch {
    // Not ours, or of another context.
    return undefined;
  }
}

function bytesOf(context: SealContext): Buffer {
  return Buffer.from(JSON.stringify(context));
}

/** A key of its own, so that what is signed with the secret elsewhere says nothing about it (RFC 5869). */
function keyOf(secret: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', secret, '', 'nestjs-session-auth:seal', KEY_BYTES));
}
