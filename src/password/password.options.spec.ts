import { afterEach, describe, expect, it, vi } from 'vitest';
import { checkPasswordOptions, PasswordOptions } from './password.options.js';

function check(options: Partial<PasswordOptions>): () => void {
  return () => checkPasswordOptions(Object.assign(new PasswordOptions(), options));
}

describe('checkPasswordOptions', () => {
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  it('accepts the defaults, everywhere', () => {
    expect(check({})).not.toThrow();
    vi.stubEnv('NODE_ENV', 'production');
    expect(check({})).not.toThrow();
  });

  it('accepts what is unwise but makes sense', () => {
    expect(check({ minLength: 1, maxLength: 1, expiry: 1, history: 24, bcryptRounds: 4 })).not.toThrow();
  });

  it.each<[keyof PasswordOptions, unknown]>([
    ['minLength', 0],
    ['minLength', 8.5],
    ['minLength', Number.NaN],
    ['minLength', '8'],
    ['minLength', undefined],
    ['maxLength', 7],
    ['maxLength', Number.POSITIVE_INFINITY],
    ['expiry', 0],
    ['expiry', -1],
    ['expiry', 1.5],
    ['expiry', undefined],
    ['aboutToExpireThreshold', -1],
    ['aboutToExpireThreshold', Number.NaN],
    ['history', -1],
    ['history', 0.5],
    ['bcryptRounds', 3],
    ['bcryptRounds', 32],
    ['bcryptRounds', 12.5],
  ])('says what to do when %s is %s', (option, value) => {
    expect(check({ [option]: value })).toThrow(
      new RegExp(`^Set password\\.${option} to .* not ${value}\\.$`),
    );
  });

  it('refuses bcrypt below 10 rounds outside tests', () => {
    expect(check({ bcryptRounds: 9 })).not.toThrow();
    vi.stubEnv('NODE_ENV', 'production');
    expect(check({ bcryptRounds: 9 })).toThrow(/^Set password\.bcryptRounds to 10 or more, not 9/);
    expect(check({ bcryptRounds: 10 })).not.toThrow();
    vi.stubEnv('NODE_ENV', undefined);
    expect(check({ bcryptRounds: 9 })).toThrow(/NODE_ENV=test/);
  });
});
