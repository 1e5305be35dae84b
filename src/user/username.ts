// Some letters and marks are drawn as nothing (UAX #44, Default_Ignorable_Code_Point): names would have invisible twins.
const VISIBLE = /^(?:(?!\p{Default_Ignorable_Code_Point})[\p{L}\p{M}\p{N}\p{P}\p{S}])+$/u;
const MAX_LENGTH = 128;
const MAX_KEY_LENGTH = 255;

/**
 * What makes a user name or an email address unique, and what a search compares: NFKC (UAX #15), then lower case, with
 * one small sigma, so that the key of a word begins like the key of a longer one.
 */
export function canonicalKey(text: string): string {
  return text.normalize('NFKC').toLowerCase().replaceAll('ς', 'σ').normalize('NFKC');
}

/** Whether the key of a text fits the column of keys: NFKC makes up to 18 characters of one. */
export function isKeyShort(text: string): boolean {
  return [...canonicalKey(text)].length <= MAX_KEY_LENGTH;
}

/**
 * Whether a text may be a user name: 1 to 128 code points, none of them white space, a control or an
 * invisible character, before and after normalising. Look-alikes that NFKC folds together share one key.
 */
export function isUsername(text: string): boolean {
  // Measured first, because NFKC makes texts longer.
  if (text.length > 2 * MAX_LENGTH || [...text].length > MAX_LENGTH || !VISIBLE.test(text)) return false;
  return VISIBLE.test(canonicalKey(text)) && isKeyShort(text);
}
