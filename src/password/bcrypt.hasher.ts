import { bcryptDigest, bcryptParts, bcryptSalt, equalizeRounds, isSameDigest } from './bcrypt-digest.js';
import type { PasswordHasher } from './password-hasher.js';

// Matches to the last character, because the bcrypt package accepts a hash with a NUL and anything after it.
const FORMAT = /^\$2[aby]\$(0[4-9]|[12]\d|3[01])\$([./A-Za-z0-9]{22})([./A-Za-z0-9]{31})$/;

/**
 * Verifies plain bcrypt hashes of older systems: `$2a$`, `$2b$` and `$2y$`. The password is hashed as it was typed, without
 * normalization, and the hashes are always due for replacement.
 */
export class BcryptHasher implements PasswordHasher {
  readonly id = 'bcrypt';

  /** @param rounds cost of new hashes, as a power of two */
  constructor(private readonly rounds: number) {}

  matches(stored: string): boolean {
    return bcryptParts(FORMAT, stored, this.rounds) !== null;
  }

  /** @throws RangeError for more than 72 bytes of UTF-8, which bcrypt would cut off silently */
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

    // Always computed as $2b$, because the other versions differ only by faults with passwords of 255 bytes or more.
    const { rounds, salt, digest } = parts;
    const isRight = isSameDigest(await bcryptDigest(password, rounds, salt), digest);
    if (!isRight) await equalizeRounds(rounds, this.rounds);
    return isRight;
  }

  needsRehash(): boolean {
    return true;
  }
}
