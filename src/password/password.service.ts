import { Injectable } from '@nestjs/common';
import { Argon2idHasher } from './argon2id.hasher.js';
import { BcryptSha256Hasher } from './bcrypt-sha256.hasher.js';
import { BcryptHasher } from './bcrypt.hasher.js';
import { type HashOrigin, HashQueue } from './hash-queue.js';
import type { PasswordHasher } from './password-hasher.js';
import { isLongerThan, isStorable } from './password-text.js';
import { PasswordOptions } from './password.options.js';
import { DJANGO, PASSLIB, PICCOLO } from './pbkdf2.formats.js';
import { Pbkdf2Hasher } from './pbkdf2.hasher.js';

/**
 * Hashes and verifies passwords, off the event loop and a few at a time. Both methods reject with
 * {@link ServiceUnavailableException} if the queue has no room, and with every error of a hasher. For `origin`, see
 * {@link HashQueue}.
 */
@Injectable()
export class PasswordService {
  private readonly hasher: BcryptSha256Hasher;
  private readonly argon2id: Argon2idHasher;
  private readonly hashers: readonly PasswordHasher[];
  private readonly queue = new HashQueue(threadPoolSize());

  constructor(private readonly options: PasswordOptions) {
    const { bcryptRounds: rounds } = options;
    this.hasher = new BcryptSha256Hasher(rounds);
    this.argon2id = new Argon2idHasher(rounds);
    const pbkdf2 = [PICCOLO, DJANGO, PASSLIB].map((format) => new Pbkdf2Hasher(format, rounds));
    this.hashers = [this.hasher, ...options.hashers, ...pbkdf2, this.argon2id, new BcryptHasher(rounds)];
  }

  /**
   * Returns the hash to store for a password that the policy has accepted. @throws Error for a text that could never be
   * verified
   */
  async hash(password: string, origin?: HashOrigin): Promise<string> {
    if (!this.isVerifiable(password)) {
      throw new Error('This text cannot be a password. Check it with PasswordPolicy before hashing it.');
    }
    return this.queue.run(() => this.hasher.hash(password), origin);
  }

  /** Whether `password` belongs to `stored`. It costs one verification, even if there is no such hash. */
  async verify(password: string, stored: string | null | undefined, origin?: HashOrigin): Promise<boolean> {
    const hasher = this.hasherOf(stored);
    if (!stored || !hasher || !this.isVerifiable(password)) {
      // An unknown user must take as long as a wrong password. Otherwise the time would reveal who has an account.
      await this.queue.run(() => this.hasher.verify('', this.hasher.dummy), origin);
      return false;
    }
    return this.queue.run(() => hasher.verify(password, stored), origin);
  }

  /** Whether `stored`, which has just been verified, should be replaced by a new hash of the same password. */
  needsRehash(stored: string): boolean {
    return this.hasherOf(stored)?.needsRehash(stored) ?? true;
  }

  /** Whether `stored` has a known format. */
  knows(stored: string): boolean {
    return this.hasherOf(stored) !== undefined;
  }

  /** Returns why no password could match `stored`, as a sentence that does not contain the hash; `null` if one could. */
  async problemOf(stored: string): Promise<string | null> {
    const hasher = this.hasherOf(stored);
    if (hasher === this.argon2id) return this.argon2id.problem();
    return hasher ? null : 'The hash is in no known format, is damaged, or costs more than is allowed.';
  }

  private hasherOf(stored: string | null | undefined): PasswordHasher | undefined {
    if (typeof stored !== 'string') return undefined;
    return this.hashers.find((hasher) => hasher.matches(stored));
  }

  private isVerifiable(password: unknown): boolean {
    return (
      typeof password === 'string' && !isLongerThan(password, this.options.maxLength) && isStorable(password)
    );
  }
}

/** Returns the size of libuv's thread pool, in which bcrypt runs. More hashes at once would only wait inside libuv. */
function threadPoolSize(): number {
  const size = Number(process.env['UV_THREADPOOL_SIZE'] ?? 4);
  return Number.isInteger(size) && size > 0 ? size : 4;
}
