import { en } from './en.js';
import { fill, fillingsIn, type MessageKey, type OwnKey, type Values } from './message.js';

/** One of our texts, before a language is chosen. */
export interface Phrase {
  readonly key: MessageKey;
  readonly values?: Values;
}

/** The same, or a text of the host's own. */
export interface AnyPhrase {
  readonly key: MessageKey | OwnKey;
  readonly values?: Values;
}

// Kept outside the errors, so that what is thrown, logged and serialised has only the message.
const phrases = new WeakMap<object, AnyPhrase>();

/** The phrase in English, as exceptions, logs and callers in code get it. */
export function english({ key, values = {} }: Phrase): string {
  return fill(en[key], fillingsIn('en', values));
}

/** Remembers which phrase the message of `thing` is, so that an answer can say it in another language. */
export function remember<T extends object>(thing: T, phrase: AnyPhrase | undefined): T {
  if (phrase) phrases.set(thing, phrase);
  return thing;
}

/** `thing` with the phrase as its message, in English. */
export function translatable<const T extends object>(thing: T, phrase: Phrase): T & { message: string } {
  return remember({ ...thing, message: english(phrase) }, phrase);
}

/** The phrase that the message of `thing` is; none for a text that came from the host as it is. */
export function phraseOf(thing: object): AnyPhrase | undefined {
  return phrases.get(thing);
}

/** What some errors say, one after the other. */
export function sumOf(errors: readonly { message: string }[]): string {
  return errors.map(({ message }) => message).join(' ');
}
