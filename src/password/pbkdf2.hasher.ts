import { pbkdf2, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { burnRest, isSameDigest } from './bcrypt-digest.js';
import type { PasswordHasher } from './password-hasher.js';
import { type Pbkdf2Format } from './pbkdf2.formats.js';

const derive = promisify(pbkdf2);

/**
 * PBKDF2 (RFC 8018 §5.2) as an older system stored it. Like {@link BcryptHasher} it takes the password as it was typed,
 * and its hashes are always due for replacement.
 */
export class Pbkdf2Hasher implements PasswordHasher {
  readonly id: string;

  /** `rounds`: the cost of the module's own hashes, which a wrong password takes here too. */
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
    if (!isRight) await burnRest(performance.now() - started, this.rounds);
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
