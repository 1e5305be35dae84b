// Letters and marks that are drawn as nothing (UAX #44, Default_Ignorable_Code_Point) would allow names that look identical.
const VISIBLE = /^(?:(?!\p{Default_Ignorable_Code_Point})[\p{L}\p{M}\p{N}\p{P}\p{S}])+$/u;
const MAX_LENGTH = 128;
const MAX_KEY_LENGTH = 255;

/**
 * Returns the key that makes a user name or an email address unique, and that a search compares: NFKC (UAX #15), then lower
 * case, with only one small sigma, so that the key of a word is a prefix of the key of a longer word.
 */
export function canonicalKey(text: string): string {
  return text.normalize('NFKC').toLowerCase().replaceAll('ς', 'σ').normalize('NFKC');
}

/** Whether the key of a text fits its column: NFKC can turn one character into 18. */
export function isKeyShort(text: string): boolean {
  return [...canonicalKey(text)].length <= MAX_KEY_LENGTH;
}

/**
 * Whether a text may be a user name: 1 to 128 code points without white space, control characters or invisible characters,
 * before and after normalization. Look-alikes that NFKC folds together share one key.
 */
export function isUsername(text: string): boolean {
  // The length is checked first, because NFKC makes texts longer.
  if (text.length > 2 * MAX_LENGTH || [...text].length > MAX_LENGTH || !VISIBLE.test(text)) return false;
  return VISIBLE.test(canonicalKey(text)) && isKeyShort(text);
}
