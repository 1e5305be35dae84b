import type { en } from './en.js';

/** The name of a text, such as `login.title`. */
export type MessageKey = keyof typeof en;

/** Every text in one language. */
export type Messages = Readonly<Record<MessageKey, string>>;

/** The name of a text of the host's own. */
export type OwnKey = `own.${string}`;

/** Whether a text is the name of one of the host's own. */
export function isOwnKey(text: string): text is OwnKey {
  return text.startsWith('own.');
}

/** How long somebody has to wait, which each language says in its own way: `in 5 minutes`. */
interface Wait {
  readonly seconds: number;
}

/** What is written in the braces of a text, by name. */
export type Fillings = Readonly<Record<string, string | number>>;

/** The values for the braces of a text, by name. */
export type Values = Readonly<Record<string, string | number | Wait>>;

/** Texts of the host, by key: some or all of ours, and its own, which its templates show by `{{t 'own.…'}}`. */
export interface HostMessages extends Readonly<Partial<Record<MessageKey | OwnKey, string>>> {}

/** The texts in one language. */
export interface Texts {
  /** A language tag (BCP 47), for `lang` and `Content-Language`. */
  readonly language: string;
  /** The text of a key that is written in the code or in a template, never of one that was sent to us. */
  say(key: MessageKey | OwnKey, values?: Values): string;
}

/**
 * A text with its braces filled in; what is filled in is not read again.
 *
 * @param missing what replaces a name without a value; by default, its braces stay
 */
export function fill(
  text: string,
  values: Fillings,
  missing = (name: string): string => `{${name}}`,
): string {
  return text.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
    String(Object.hasOwn(values, name) ? values[name] : missing(name)),
  );
}

/** Values as a language says them. */
export function fillingsIn(language: string, values: Values): Fillings {
  const said = Object.entries(values).map(([name, value]): [string, string | number] => [
    name,
    typeof value === 'object' ? relative(value, language) : value,
  ]);
  return Object.fromEntries(said);
}

/** Rounded up, in the largest unit that it fills. */
function relative({ seconds }: Wait, language: string): string {
  const format = new Intl.RelativeTimeFormat(language);
  if (seconds < 60) return format.format(seconds, 'second');
  if (seconds < 3600) return format.format(Math.ceil(seconds / 60), 'minute');
  return format.format(Math.ceil(seconds / 3600), 'hour');
}

/** The names in a text's braces. */
export function namesIn(text: string): string[] {
  return [...text.matchAll(/\{(\w+)\}/g)].flatMap(([, name]) => name ?? []);
}
