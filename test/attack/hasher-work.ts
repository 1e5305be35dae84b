import bcrypt from 'bcrypt';
import { vi, type MockInstance } from 'vitest';
import { Argon2idHasher } from '../../src/password/argon2id.hasher.js';
import { BcryptSha256Hasher } from '../../src/password/bcrypt-sha256.hasher.js';
import { BcryptHasher } from '../../src/password/bcrypt.hasher.js';
import { Pbkdf2Hasher } from '../../src/password/pbkdf2.hasher.js';

/** What the hashers did while something ran. */
export interface Work {
  /** Passwords verified, by whichever hasher. */
  verifications: number;
  /** Passwords hashed anew. */
  hashes: number;
  /** Rounds of bcrypt in all: the sum of two to the cost of each computation. */
  rounds: number;
  /** Everything that bcrypt was given to hash. */
  inputs: unknown[];
}

let begun: MockInstance<typeof bcrypt.hash> | undefined;

/** Runs something and counts the work of the hashers; one hash in it may be told from another by {@link Work.rounds}. */
export async function counted<T>(run: () => Promise<T>): Promise<Work & { result: T }> {
  const verifying = [
    vi.spyOn(BcryptSha256Hasher.prototype, 'verify'),
    vi.spyOn(BcryptHasher.prototype, 'verify'),
    vi.spyOn(Pbkdf2Hasher.prototype, 'verify'),
    vi.spyOn(Argon2idHasher.prototype, 'verify'),
  ];
  const hashing = vi.spyOn(BcryptSha256Hasher.prototype, 'hash');
  const computing = vi.spyOn(bcrypt, 'hash');
  try {
    begun = computing;
    const result = await run();
    return {
      result,
      verifications: verifying.reduce((sum, { mock }) => sum + mock.calls.length, 0),
      hashes: hashing.mock.calls.length,
      rounds: roundsSoFar(),
      inputs: computing.mock.calls.map(([text]) => text),
    };
  } finally {
    begun = undefined;
    for (const spy of [...verifying, hashing, computing]) spy.mockRestore();
  }
}

/** The rounds of bcrypt since {@link counted} began; outside of it 0. */
export function roundsSoFar(): number {
  return begun?.mock.calls.reduce((sum, [, salt]) => sum + 2 ** costOf(String(salt)), 0) ?? 0;
}

function costOf(salt: string): number {
  return Number(salt.split('$')[2]);
}
