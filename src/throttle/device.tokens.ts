import { Injectable } from '@nestjs/common';
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { ThrottleConfig } from './throttle.options.js';

/** Number of accounts that one browser remembers. */
const MAX_ENTRIES = 5;
const ENTRY = /^([\w-]{22})\.([0-9a-z]{1,9})\.([\w-]{43})$/;

interface Entry {
  text: string;
  nonce: string;
  /** Seconds since 1970, in base 36. */
  issued: string;
  signature: string;
}

/** The user that a device cookie is for. */
export interface DeviceHolder {
  id: string;
  /** Version of the password; a password change invalidates all device cookies of the account. */
  passwordVersion: number;
}

/**
 * Device cookies (OWASP, "Slow Down Online Guessing Attacks with Device Cookies"): a signed proof that a browser has signed in
 * to an account before. It gives no access. It only prevents that other people's guesses lock the owner out.
 */
@Injectable()
export class DeviceTokens {
  constructor(private readonly settings: ThrottleConfig) {}

  /** Whether a cookie has the format of a device cookie, for any account. */
  isDevice(cookie: string | undefined): boolean {
    return entriesOf(cookie).length > 0;
  }

  /** Whether the cookie belongs to a browser that has signed in to the account since its password was last set. */
  isKnownDevice(cookie: string | undefined, holder: DeviceHolder): boolean {
    return entriesOf(cookie).some((entry) => this.isGenuine(entry, holder) && !this.isOld(entry));
  }

  /** Returns the cookie for a browser that has just signed in. It keeps the entries of other accounts. */
  issue(cookie: string | undefined, { id, passwordVersion }: DeviceHolder): string {
    const former = [passwordVersion, passwordVersion - 1];
    const others = entriesOf(cookie).filter(
      (entry) => !former.some((version) => this.isGenuine(entry, { id, passwordVersion: version })),
    );
    const nonce = randomBytes(16).toString('base64url');
    const issued = Math.floor(Date.now() / 1000).toString(36);
    const signature = sign(this.settings.secrets[0], { nonce, issued }, { id, passwordVersion });
    return [`${nonce}.${issued}.${signature.toString('base64url')}`, ...others.map(({ text }) => text)]
      .slice(0, MAX_ENTRIES)
      .join('~');
  }

  private isGenuine(entry: Entry, holder: DeviceHolder): boolean {
    const signature = Buffer.from(entry.signature, 'base64url');
    return this.settings.secrets.some((secret) => {
      const expected = sign(secret, entry, holder);
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

function sign(
  secret: string,
  { nonce, issued }: Pick<Entry, 'nonce' | 'issued'>,
  { id, passwordVersion }: DeviceHolder,
): Buffer {
  // The parts of fixed format come first, so that no id can be read as one of them.
  return createHmac('sha256', secret).update(`device!${nonce}!${issued}!${passwordVersion}!${id}`).digest();
}
