import { expect, it } from 'vitest';
import { authErrorStatus } from '../errors/auth.codes.js';
import { Catalogue } from '../messages/catalogue.js';
import { reasonOf } from './refusal-reason.js';

const catalogue = new Catalogue();

it.each(catalogue.languages)('a refusal is said in words, whatever its code: %s', (language) => {
  const texts = catalogue.texts(language);
  for (const code of Object.keys(authErrorStatus)) {
    expect(reasonOf(code, texts), code).not.toBe(code);
    expect(reasonOf(code, texts), code).not.toMatch(/[{}]/);
  }
});

it('a code of a rule of the host stays as it is', () => {
  expect(reasonOf('breached', catalogue.texts('de'))).toBe('breached');
  expect(reasonOf('constructor', catalogue.texts('de'))).toBe('constructor');
});
