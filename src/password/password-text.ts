/**
 * Whether `password` is text that can be stored faithfully. A lone surrogate has no form in UTF-8, so that all of them would
 * become the same character. NUL ends the text in other systems that read the same hashes.
 */
export function isStorable(password: unknown): password is string {
  return typeof password === 'string' && !password.includes('\0') && !/\p{Surrogate}/u.test(password);
}

/** Returns the number of code points in `text`; an emoji outside the basic plane counts once. */
export function codePoints(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}

/** Whether `text` has more than `max` code points. The time is bounded by `max`, not by the length of the text. */
export function isLongerThan(text: string, max: number): boolean {
  // A code point has at most two UTF-16 units, so a longer text needs no counting.
  return text.length > max * 2 || codePoints(text) > max;
}

/** Returns the form of a password that is hashed and compared: NFKC, without trimming (NIST SP 800-63B-4 §3.1.1.2). */
export function normalize(password: string): string {
  return password.normalize('NFKC');
}

/** Returns the form in which a password is searched for words, without regard to case. */
export function fold(text: string): string {
  return normalize(text).toLowerCase();
}
