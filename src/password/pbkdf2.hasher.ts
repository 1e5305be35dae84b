import { pbkdf2, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { equalizeTime, isSameDigest } from './bcrypt-digest.js';
import type { PasswordHasher } from './password-hasher.js';
import { type Pbkdf2Format } from './pbkdf2.formats.js';

const derive = promisify(pbkdf2);

/**
 * Verifies PBKDF2 hashes (RFC 8018 §5.2) of older systems. As in {@link BcryptHasher}, the password is hashed as it was typed,
 * and the hashes are always due for replacement.
 */
export class Pbkdf2Hasher implements PasswordHasher {
  readonly id: string;

  /** @param rounds cost of the module's bcrypt hashes; a wrong password takes as long as one of those */
  constructor(
    private readonly format: Pbkdf2Format,
    private readonly rounds: number,
  ) {
    this.id = format.id;
  }

  matches(stored: string): boolean {
    return this.parse(stored) !== null;
  }

  async hash(password: string): Promise<string> {
    const { prefix, iterations, encode } = this.format;
    const salt = encode(randomBytes(16));
    return `${prefix}${iterations}$${salt}$${await this.digest(password, iterations, salt)}`;
  }

  async verify(password: string, stored: string): Promise<boolean> {
    const parts = this.parse(stored);
    if (!parts) return false;

    const started = performance.now();
    const computed = await this.digest(password, parts.iterations, parts.salt);
    const isRight = isSameDigest(computed, parts.digest);
    if (!isRight) await equalizeTime(performance.now() - started, this.rounds);
    return isRight;
  }

  needsRehash(): boolean {
    return true;
  }

  private parse(stored: string): { iterations: number; salt: string; digest: string } | null {
    const { pattern, maxIterations } = this.format;
    const [, count = '', salt = '', digest = ''] = pattern.exec(stored) ?? [];
    const iterations = Number(count);
    return iterations >= 1 && iterations <= maxIterations ? { iterations, salt, digest } : null;
  }

  private async digest(password: string, iterations: number, salt: string): Promise<string> {
    const { algorithm, length, saltBytes, encode } = this.format;
    return encode(await derive(password, saltBytes(salt), iterations, length, algorithm));
  }
}
