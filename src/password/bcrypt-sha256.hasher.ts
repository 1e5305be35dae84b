import { createHmac } from 'node:crypto';
import { bcryptDigest, bcryptParts, bcryptSalt, equalizeRounds, isSameDigest } from './bcrypt-digest.js';
import type { PasswordHasher } from './password-hasher.js';
import { normalize } from './password-text.js';

// The last characters of salt and digest carry 2 and 4 bits. Any other character there would be a second spelling.
const FORMAT =
  /^\$bcrypt-sha256\$v=2,t=2b,r=([4-9]|[12]\d|3[01])\$([./A-Za-z0-9]{21}[.Oeu])\$([./A-Za-z0-9]{30}[.CGKOSWaeimquy26])$/;

/**
 * The module's own format, passlib's `bcrypt_sha256` version 2: bcrypt of the base64 of HMAC-SHA256, keyed with the
 * salt, of the password in NFKC. bcrypt alone ignores everything after 72 bytes; here every character counts.
 */
export class BcryptSha256Hasher implements PasswordHasher {
  readonly id = 'bcrypt-sha256';

  /** @param rounds cost of new hashes, as a power of two */
  constructor(private readonly rounds: number) {}

  /** A well-formed hash that belongs to no user. It is verified as slowly as a real one, and needs no computation itself. */
  get dummy(): string {
    return this.format('.'.repeat(22), '.'.repeat(31));
  }

  matches(stored: string): boolean {
    return bcryptParts(FORMAT, stored, this.rounds) !== null;
  }

  async hash(password: string): Promise<string> {
    const salt = await bcryptSalt();
    return this.format(salt, await bcryptDigest(this.prehash(password, salt), this.rounds, salt));
  }

  async verify(password: string, stored: string): Promise<boolean> {
    const parts = bcryptParts(FORMAT, stored, this.rounds);
    if (!parts) return false;

    const { rounds, salt, digest } = parts;
    const computed = await bcryptDigest(this.prehash(password, salt), rounds, salt);
    const isRight = isSameDigest(computed, digest);
    if (!isRight) await equalizeRounds(rounds, this.rounds);
    return isRight;
  }

  /** Whether `stored` has a lower cost than configured; a stronger hash is never replaced by a weaker one. */
  needsRehash(stored: string): boolean {
    return (bcryptParts(FORMAT, stored, this.rounds)?.rounds ?? 0) < this.rounds;
  }

  private prehash(password: string, salt: string): string {
    return createHmac('sha256', salt).update(normalize(password), 'utf8').digest('base64');
  }

  private format(salt: string, digest: string): string {
    return `$bcrypt-sha256$v=2,t=2b,r=${this.rounds}$${salt}$${digest}`;
  }
}
