import { nearest } from './nearest.js';
import { en } from './en.js';
import {
  fill,
  fillingsIn,
  type HostMessages,
  isOwnKey,
  type Messages,
  namesIn,
  type Texts,
} from './message.js';
import { TRANSLATIONS } from './translations.js';

const SHIPPED: Readonly<Record<string, Messages>> = { en, ...TRANSLATIONS };

/** The texts in every available language: those that come with the module, and the host's over them. */
export class Catalogue {
  /** The first is the fallback. */
  readonly languages: readonly [string, ...string[]];
  private readonly byLanguage: ReadonlyMap<string, ReadonlyMap<string, string>>;

  /**
   * @param given the host's texts by language tag
   * @param language the one to be spoken, or `auto` for all
   * @throws Error with a sentence that says what to do
   */
  constructor(given: Readonly<Record<string, HostMessages | undefined>> = {}, language = 'auto') {
    const host = new Map<string, HostMessages>();
    for (const [tag, texts = {}] of Object.entries(given)) {
      for (const entry of Object.entries(texts)) check(tag, entry);
      host.set(canonical(`messages: "${tag}"`, tag), texts);
    }
    const known = new Set([...Object.keys(SHIPPED), ...host.keys()]);
    this.languages =
      language === 'auto' ? ['en', ...[...known].filter((tag) => tag !== 'en')] : [chosen(language, known)];
    this.byLanguage = new Map(this.languages.map((tag) => [tag, textsOf(tag, host)]));
  }

  /** The texts in one of {@link languages}; in the first for any other. */
  texts(language: string): Texts {
    const spoken = this.byLanguage.has(language) ? language : this.languages[0];
    const texts = this.byLanguage.get(spoken);
    return {
      language: spoken,
      say: (key, values = {}) => fill(texts?.get(key) ?? '', fillingsIn(spoken, values)),
    };
  }

  /** Whether a text is there in whatever language it may be asked for. */
  has(key: string): boolean {
    return this.languages.every((language) => this.byLanguage.get(language)?.has(key));
  }
}

/** What is missing in `de-CH` is taken from `de`, and what is missing there from English. */
function textsOf(language: string, host: ReadonlyMap<string, HostMessages>): ReadonlyMap<string, string> {
  const [primary = language] = language.split('-');
  const texts = new Map<string, string>();
  for (const source of ['en', primary, language].flatMap((tag) => [SHIPPED[tag], host.get(tag)])) {
    for (const [key, text] of Object.entries(source ?? {})) if (text !== undefined) texts.set(key, text);
  }
  return texts;
}

function chosen(language: string, known: ReadonlySet<string>): string {
  const tag = canonical(`language: "${language}"`, language);
  if (known.has(tag)) return tag;
  const tags = [...known].join(', ');
  throw new Error(
    `language: there are no texts in "${language}", only in ${tags}. Add them with \`messages\`.`,
  );
}

function canonical(option: string, tag: string): string {
  try {
    const [language] = Intl.getCanonicalLocales(tag);
    if (language !== undefined) return language;
  } catch {
    // Said below.
  }
  throw new Error(`${option} is not a language tag (BCP 47). Use one such as 'nl' or 'pt-BR'.`);
}

function check(tag: string, [key, text]: [string, unknown]): void {
  const option = `messages.${tag}: the text "${key}"`;
  const english = new Map<string, string>(Object.entries(en)).get(key);
  if (english === undefined && !isOwnKey(key)) {
    const meant = nearest(key, Object.keys(en));
    const question = meant === undefined ? '' : `Did you mean "${meant}"? `;
    throw new Error(`${option} does not exist. ${question}Keys of your own texts start with 'own.'.`);
  }
  if (text === undefined) return;
  if (typeof text !== 'string') throw new Error(`${option} is ${JSON.stringify(text)}, not a string.`);
  const strange = namesIn(text).filter((name) => english !== undefined && !namesIn(english).includes(name));
  if (strange.length > 0) {
    throw new Error(`${option} contains {${strange.join('}, {')}}, which has no value there: "${english}".`);
  }
}
