import { bcryptDigest, bcryptParts, bcryptSalt, burnDifference, isSameDigest } from './bcrypt-digest.js';
import type { PasswordHasher } from './password-hasher.js';

// Strict to the end: the bcrypt package itself takes a stored hash with a NUL and anything after it.
const FORMAT = /^\$2[aby]\$(0[4-9]|[12]\d|3[01])\$([./A-Za-z0-9]{22})([./A-Za-z0-9]{31})$/;

/**
 * Plain bcrypt, as older systems stored it: `$2a$`, `$2b$` and `$2y$`. It takes the password as it was typed, for so it
 * was hashed, and its hashes are always due for replacement.
 */
export class BcryptHasher implements PasswordHasher {
  readonly id = 'bcrypt';

  /** `rounds`: the cost of new hashes, as a power of two. */
  constructor(private readonly rounds: number) {}

  matches(stored: string): boolean {
    return bcryptParts(FORMAT, stored, this.rounds) !== null;
  }

  /** Throws a `RangeError` for more than 72 bytes of UTF-8, which bcrypt would cut in silence. */
  async hash(password: string): Promise<string> {
    if (Buffer.byteLength(password) > 72) {
      throw new RangeError('Plain bcrypt reads no more than 72 bytes of a password; use bcrypt-sha256.');
    }
    const salt = await bcryptSalt();
    const digest = await bcryptDigest(password, this.rounds, salt);
    return `$2b$${String(this.rounds).padStart(2, '0')}$${salt}${digest}`;
  }

  async verify(password: string, stored: string): Promise<boolean> {
    const parts = bcryptParts(FORMAT, stored, this.rounds);
    if (!parts) return false;

    // Computed as $2b$ whatever the letter: the others differ only by faults in passwords of 255 bytes and more.
    const { rounds, salt, digest } = parts;
    const isRight = isSameDigest(await bcryptDigest(password, rounds, salt), digest);
    if (!isRight) await burnDifference(rounds, this.rounds);
    return isRight;
  }

  needsRehash(): boolean {
    return true;
  }
}
