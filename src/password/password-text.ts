/**
 * Whether `password` is text that can be stored faithfully. A lone surrogate cannot: UTF-8 has no form for it, so all
 * of them would become one and the same character. NUL ends the text for other systems that read the same hashes.
 */
export function isStorable(password: unknown): password is string {
  return typeof password === 'string' && !password.includes('\0') && !/\p{Surrogate}/u.test(password);
}

/** The length of `text` in code points: an emoji outside the basic plane counts once. */
export function codePoints(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}

/** Whether `text` has more than `max` code points; the time is bounded by `max`, not by the text. */
export function isLongerThan(text: string, max: number): boolean {
  // A code point takes at most two UTF-16 units, so this much text needs no counting.
  return text.length > max * 2 || codePoints(text) > max;
}

/** The form of a password that is hashed and compared: NFKC, nothing trimmed (NIST SP 800-63B-4 §3.1.1.2). */
export function normalize(password: string): string {
  return password.normalize('NFKC');
}

/** The form in which words are looked for in a password, where case does not count. */
export function fold(text: string): string {
  return normalize(text).toLowerCase();
}
