import { timingSafeEqual } from 'node:crypto';
import bcrypt from 'bcrypt';

/** bcrypt knows no lower cost. */
const LEAST_ROUNDS = 4;

/** Some seconds of one thread. */
const MAX_ROUNDS = 16;

/** What a stored hash of bcrypt is made of. */
export interface BcryptParts {
  rounds: number;
  salt: string;
  digest: string;
}

/**
 * The parts that `format` finds in `stored`. A hash of more rounds than are bearable is taken for damaged, as 2^31 of
 * them would keep a thread for days, unless the host is `configured` for so many itself.
 */
export function bcryptParts(format: RegExp, stored: string, configured: number): BcryptParts | null {
  const [, rounds = '', salt = '', digest = ''] = format.exec(stored) ?? [];
  if (rounds === '' || Number(rounds) > Math.max(MAX_ROUNDS, configured)) return null;
  return { rounds: Number(rounds), salt, digest };
}

/** The 31 characters that bcrypt makes of `text` with 2^`rounds` rounds and the 22 characters of `salt`. */
export async function bcryptDigest(text: string, rounds: number, salt: string): Promise<string> {
  const hash = await bcrypt.hash(text, `$2b$${String(rounds).padStart(2, '0')}$${salt}`);
  return hash.slice(-31);
}

/** A fresh random salt of bcrypt: 22 characters. */
export async function bcryptSalt(): Promise<string> {
  return (await bcrypt.genSalt()).slice(-22);
}

/** Whether two digests are equal, in a time that does not tell where they differ. */
export function isSameDigest(one: string, other: string): boolean {
  return timingSafeEqual(Buffer.from(one), Buffer.from(other));
}

/**
 * Does the work that a hash of `stored` rounds spares compared with one of `configured` rounds, so that a wrong
 * password takes equally long whatever the age of the hash: 2^C − 2^c is the sum of 2^i for i from c to C − 1.
 * A hash of more rounds than configured cannot be hidden in this way.
 */
export async function burnDifference(stored: number, configured: number): Promise<void> {
  for (let rounds = stored; rounds < configured; rounds++) await burn(rounds);
}

/**
 * {@link burnDifference} for a hash of another kind, which took `spent` milliseconds. What bcrypt takes on this
 * machine, under its present load, is measured on the way: first by a sixteenth of the configured work.
 */
export async function burnRest(spent: number, configured: number): Promise<void> {
  const started = performance.now();
  let done = 0;
  for (let rounds = Math.max(configured - 4, LEAST_ROUNDS); rounds >= LEAST_ROUNDS;) {
    await burn(rounds);
    done += 2 ** rounds;
    const each = (performance.now() - started) / done;
    // Where nothing is left this is no number, and no number is large enough.
    rounds = Math.floor(Math.log2(2 ** configured - done - spent / each));
  }
}

async function burn(rounds: number): Promise<void> {
  await bcryptDigest('', rounds, '.'.repeat(22));
}
