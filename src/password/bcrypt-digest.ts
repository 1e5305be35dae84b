import { timingSafeEqual } from 'node:crypto';
import bcrypt from 'bcrypt';

/** Lowest cost that bcrypt accepts, as a power of two. */
const LEAST_ROUNDS = 4;

/** Highest cost that is accepted without configuration, as a power of two: some seconds of one thread. */
const MAX_ROUNDS = 16;

/** The parts of a stored bcrypt hash. */
export interface BcryptParts {
  rounds: number;
  salt: string;
  digest: string;
}

/**
 * Returns the parts that `format` finds in `stored`; `null` if it does not match or its cost is too high. A cost of 31 would
 * keep a thread busy for days, so a hash above {@link MAX_ROUNDS} counts as damaged, unless the host has `configured` as much.
 */
export function bcryptParts(format: RegExp, stored: string, configured: number): BcryptParts | null {
  const [, rounds = '', salt = '', digest = ''] = format.exec(stored) ?? [];
  if (rounds === '' || Number(rounds) > Math.max(MAX_ROUNDS, configured)) return null;
  return { rounds: Number(rounds), salt, digest };
}

/** Computes the 31 characters of bcrypt's digest of `text`, with 2^`rounds` rounds and the 22 characters of `salt`. */
export async function bcryptDigest(text: string, rounds: number, salt: string): Promise<string> {
  const hash = await bcrypt.hash(text, `$2b$${String(rounds).padStart(2, '0')}$${salt}`);
  return hash.slice(-31);
}

/** Generates a random bcrypt salt of 22 characters. */
export async function bcryptSalt(): Promise<string> {
  return (await bcrypt.genSalt()).slice(-22);
}

/** Whether two digests are equal, compared in constant time. */
export function isSameDigest(one: string, other: string): boolean {
  return timingSafeEqual(Buffer.from(one), Buffer.from(other));
}

/**
 * Does the work by which a hash with cost `stored` is cheaper than one with cost `configured`, so that a wrong password takes
 * equally long for old and new hashes: 2^C − 2^c is the sum of 2^i for i from c to C − 1. A hash with a higher cost than
 * configured cannot be hidden in this way.
 */
export async function equalizeRounds(stored: number, configured: number): Promise<void> {
  for (let rounds = stored; rounds < configured; rounds++) await spendRounds(rounds);
}

/**
 * {@link equalizeRounds} for a hash of another algorithm that took `spent` milliseconds. The speed of bcrypt on this machine,
 * under its present load, is measured on the way, first with a sixteenth of the configured work.
 */
export async function equalizeTime(spent: number, configured: number): Promise<void> {
  const started = performance.now();
  let done = 0;
  for (let rounds = Math.max(configured - 4, LEAST_ROUNDS); rounds >= LEAST_ROUNDS;) {
    await spendRounds(rounds);
    done += 2 ** rounds;
    const each = (performance.now() - started) / done;
    // If no work is left, this is NaN or -Infinity, which ends the loop.
    rounds = Math.floor(Math.log2(2 ** configured - done - spent / each));
  }
}

async function spendRounds(rounds: number): Promise<void> {
  await bcryptDigest('', rounds, '.'.repeat(22));
}
