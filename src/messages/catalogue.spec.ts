import { describe, expect, it } from 'vitest';
import { Catalogue } from './catalogue.js';
import { en } from './en.js';
import { type HostMessages, namesIn } from './message.js';

const keys = Object.keys(en) as (keyof typeof en)[];
const shipped = new Catalogue();

/** What is the same in every language. */
const SAME = new Set(['layout.direction', 'error.unsupported_media_type']);

/** Words that a language spells like English. */
const SPELLED_ALIKE: Readonly<Record<string, readonly string[]>> = {
  de: ['field.optional', 'users.states'],
  es: ['layout.error_title', 'users.no'],
  fr: ['user.sessions', 'audit.action'],
  pl: ['users.states'],
};

describe('the texts that come with the module', () => {
  it('are there in English, German, Spanish, French, Japanese and Polish', () => {
    expect(shipped.languages).toEqual(['en', 'de', 'es', 'fr', 'ja', 'pl']);
  });

  it.each(shipped.languages.slice(1))('are all translated: %s', (language) => {
    const texts = shipped.texts(language);
    for (const key of keys.filter((each) => !SAME.has(each))) {
      if (!SPELLED_ALIKE[language]?.includes(key)) expect(texts.say(key), key).not.toBe(en[key]);
      expect(texts.say(key), key).toMatch(/\S/);
      expect(texts.say(key), key).toBe(texts.say(key).trim());
    }
  });

  it.each(shipped.languages)('name in braces only what is filled in: %s', (language) => {
    for (const key of keys) {
      const names = namesIn(shipped.texts(language).say(key));
      expect(namesIn(en[key]), key).toEqual(expect.arrayContaining(names));
      // A text may leave out the name of its field, because it is shown next to the field; all other values must be shown.
      expect(names.length, key).toBeGreaterThanOrEqual(namesIn(en[key]).filter((n) => n !== 'field').length);
    }
  });
});

describe("the host's texts", () => {
  it('stand over ours, which stay where it has none', () => {
    const texts = new Catalogue({ de: { 'login.title': 'Willkommen' } }).texts('de');
    expect(texts.say('login.title')).toBe('Willkommen');
    expect(texts.say('login.submit')).toBe('Anmelden');
  });

  it('make a new language, English where they end', () => {
    const catalogue = new Catalogue({ nl: { 'login.title': 'Inloggen' } });
    expect(catalogue.languages).toContain('nl');
    expect(catalogue.texts('nl').language).toBe('nl');
    expect(catalogue.texts('nl').say('login.title')).toBe('Inloggen');
    expect(catalogue.texts('nl').say('login.submit')).toBe('Log in');
  });

  it('of a region stand over those of its language, ours and the host’s', () => {
    const texts = new Catalogue({
      'de-ch': { 'login.title': 'Grüezi' },
      de: { 'login.submit': 'Los' },
      en: { 'login.continue': 'Go on', 'own.slogan': 'Hi' },
    }).texts('de-CH');
    expect(texts.language).toBe('de-CH');
    expect(
      (['login.title', 'login.submit', 'login.continue', 'own.slogan'] as const).map((key) => texts.say(key)),
    ).toEqual(['Grüezi', 'Los', 'Weiter', 'Hi']);
  });

  it('may be left out, one by one', () => {
    const messages = { fr: undefined, es: { 'login.title': undefined } };
    expect(new Catalogue(messages).texts('es').say('login.title')).toBe('Iniciar sesión');
  });

  it('are there for a template only if they are in every language that may be asked for', () => {
    expect(shipped.has('login.title')).toBe(true);
    expect(shipped.has('login.titel')).toBe(false);
    expect(shipped.has('constructor')).toBe(false);
    expect(new Catalogue({ nl: { 'own.slogan': 'Hoi' } }).has('own.slogan')).toBe(false);
    expect(new Catalogue({ en: { 'own.slogan': 'Hi' } }).has('own.slogan')).toBe(true);
    expect(new Catalogue({ nl: { 'own.slogan': 'Hoi' } }, 'nl').has('own.slogan')).toBe(true);
  });

  it.each<[string, Record<string, unknown>]>([
    [
      `messages: "german!" is not a language tag (BCP 47). Use one such as 'nl' or 'pt-BR'.`,
      { 'german!': {} },
    ],
    [
      `messages.de: the text "login.titel" does not exist. Did you mean "login.title"? Keys of your own texts start with 'own.'.`,
      { de: { 'login.titel': 'x' } },
    ],
    [`messages.de: the text "constructor" does not exist.`, { de: { constructor: 'x' } }],
    [`messages.de: the text "login.title" is 5, not a string.`, { de: { 'login.title': 5 } }],
    [
      `messages.de: the text "field.min_length" contains {minimum}, which has no value there: "At least {min} characters.".`,
      { de: { 'field.min_length': 'Mindestens {minimum}.' } },
    ],
  ])('are refused at boot: %s', (message, messages) => {
    expect(() => new Catalogue(messages as Record<string, HostMessages>)).toThrow(message);
  });
});

describe('one language for everybody', () => {
  it('is the only one then', () => {
    const catalogue = new Catalogue({}, 'pl');
    expect(catalogue.languages).toEqual(['pl']);
    expect(catalogue.texts('de').language).toBe('pl');
    expect(new Catalogue({ 'pt-BR': {} }, 'pt-br').languages).toEqual(['pt-BR']);
  });

  it.each([
    ['nl', 'language: there are no texts in "nl", only in en, de, es, fr, ja, pl. Add them with `messages`.'],
    ['', 'language: "" is not a language tag'],
  ])('has to be there: %j', (language, message) => {
    expect(() => new Catalogue({}, language)).toThrow(message);
  });
});

describe('how long to wait', () => {
  it.each([
    [1, 'in 1 second'],
    [59, 'in 59 seconds'],
    [60, 'in 1 minute'],
    [61, 'in 2 minutes'],
    [3599, 'in 60 minutes'],
    [3601, 'in 2 hours'],
  ])('is said in the largest unit, rounded up: %d seconds', (seconds, said) => {
    const text = shipped.texts('en').say('error.too_many_attempts', { when: { seconds } });
    expect(text).toBe(`Too many attempts. Please try again ${said}.`);
  });

  it('is said in each language, that of the host too', () => {
    const catalogue = new Catalogue({ nl: { 'error.too_many_attempts': 'Probeer het {when} opnieuw.' } });
    const said = catalogue.languages.map((one) =>
      catalogue.texts(one).say('error.too_many_attempts', { when: { seconds: 240 } }),
    );
    expect(said).toEqual([
      'Too many attempts. Please try again in 4 minutes.',
      'Zu viele Versuche. Bitte versuchen Sie es in 4 Minuten erneut.',
      'Demasiados intentos. Inténtelo de nuevo dentro de 4 minutos.',
      'Trop de tentatives. Veuillez réessayer dans 4 minutes.',
      '試行回数が多すぎます。4 分後にもう一度お試しください。',
      'Zbyt wiele prób. Spróbuj ponownie za 4 minuty.',
      'Probeer het over 4 minuten opnieuw.',
    ]);
  });
});

it('what is filled in is not read again, and what is unknown stays', () => {
  const { say } = shipped.texts('en');
  expect(say('error.invalid_field.min', { field: '{limit}', limit: 1 })).toBe('{limit} must be at least 1.');
  expect(say('field.min_length', {})).toBe('At least {min} characters.');
});
