import { Injectable } from '@nestjs/common';
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { AuthSettings } from '../auth.settings.js';

/** Accounts that one browser remembers. */
const MAX_ENTRIES = 5;
const ENTRY = /^([\w-]{22})\.([0-9a-z]{1,9})\.([\w-]{43})$/;

interface Entry {
  text: string;
  nonce: string;
  /** Seconds since 1970, in base 36. */
  issued: string;
  signature: string;
}

/**
 * Device cookies (OWASP, "Slow Down Online Guessing Attacks with Device Cookies"): a signed proof that a browser has
 * signed in to an account before. It opens nothing; it only keeps strangers' guesses from locking the owner out.
 */
@Injectable()
export class DeviceTokens {
  constructor(private readonly settings: AuthSettings) {}

  /** The name under which a browser that knows `account` is counted; `null` for a stranger. */
  find(cookie: string | undefined, account: string): string | null {
    return this.entryFor(cookie, account)?.nonce ?? null;
  }

  /** The cookie of a browser that has just signed in to `account`; what it knew of other accounts is kept. */
  issue(cookie: string | undefined, account: string): string {
    const known = this.entryFor(cookie, account);
    const others = entriesOf(cookie).filter(({ text }) => text !== known?.text);
    const nonce = randomBytes(16).toString('base64url');
    const issued = Math.floor(Date.now() / 1000).toString(36);
    const signature = sign(this.settings.secrets[0], { nonce, issued }, account).toString('base64url');
    return [`${nonce}.${issued}.${signature}`, ...others.map(({ text }) => text)]
      .slice(0, MAX_ENTRIES)
      .join('~');
  }

  private entryFor(cookie: string | undefined, account: string): Entry | undefined {
    return entriesOf(cookie).find((entry) => this.isGenuine(entry, account) && !this.isOld(entry));
  }

  private isGenuine(entry: Entry, account: string): boolean {
    const signature = Buffer.from(entry.signature, 'base64url');
    return this.settings.secrets.some((secret) => {
      const expected = sign(secret, entry, account);
      return signature.length === expected.length && timingSafeEqual(signature, expected);
    });
  }

  private isOld({ issued }: Entry): boolean {
    return Date.now() - Number.parseInt(issued, 36) * 1000 > (this.settings.throttle?.deviceExpiry ?? 0);
  }
}

function entriesOf(cookie = ''): Entry[] {
  return cookie.split('~', MAX_ENTRIES).flatMap((part) => {
    const [text, nonce = '', issued = '', signature = ''] = ENTRY.exec(part) ?? [];
    return text === undefined ? [] : [{ text, nonce, issued, signature }];
  });
}

function sign(secret: string, { nonce, issued }: Pick<Entry, 'nonce' | 'issued'>, account: string): Buffer {
  // The fixed parts come first, so that no account name can be read as one of them.
  return createHmac('sha256', secret).update(`device!${nonce}!${issued}!${account}`).digest();
}
