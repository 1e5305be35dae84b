/**
 * One format of stored password hashes. Implement it to let users of an older system log in: their passwords are
 * verified as they were typed, and stored again in the module's own format at the first login.
 */
export interface PasswordHasher {
  /** Name of the format, for instance `bcrypt-sha256`. */
  readonly id: string;

  /** Whether `stored` is a hash of this format, checked to the last character; it must not throw. */
  matches(stored: string): boolean;

  /** Returns a new hash of `password` with a random salt and the configured cost; it must not run on the event loop. */
  hash(password: string): Promise<string>;

  /**
   * Whether `password` belongs to `stored`, a hash that {@link matches}. It compares in constant time. A wrong password should
   * take as long as a new {@link hash}, so that the time does not reveal whose hash is old.
   */
  verify(password: string, stored: string): Promise<boolean>;

  /** Whether `stored`, which has just been verified, should be replaced by a new hash. */
  needsRehash(stored: string): boolean;
}
