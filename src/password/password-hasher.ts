/**
 * One format of stored password hashes. Implement it to let users of an older system log in: their passwords are
 * verified as they were typed, and stored again in the module's own format at the first login.
 */
export interface PasswordHasher {
  /** The name of the format, for instance `bcrypt-sha256`. */
  readonly id: string;

  /** Whether `stored` is, to the last character, a hash of this format; it must not throw. */
  matches(stored: string): boolean;

  /** A new hash of `password`, with a fresh salt and today's cost; it must not run on the event loop. */
  hash(password: string): Promise<string>;

  /**
   * Whether `password` is the one behind `stored`, which {@link matches}. It compares in constant time, and a wrong
   * password should take as long as a new {@link hash}, so that the time does not tell whose hash is old.
   */
  verify(password: string, stored: string): Promise<boolean>;

  /** Whether `stored`, just verified, should be replaced by a new hash. */
  needsRehash(stored: string): boolean;
}
