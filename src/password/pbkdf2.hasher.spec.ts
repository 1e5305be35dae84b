import { describe, expect, it } from 'vitest';
import { DJANGO, PASSLIB, PICCOLO, type Pbkdf2Format } from './pbkdf2.formats.js';
import { Pbkdf2Hasher } from './pbkdf2.hasher.js';

// Made with Python's hashlib as `BaseUser.hash_password` of Piccolo does, which publishes no pair itself.
const OF_PICCOLO =
  'pbkdf2_sha256$10000$19ed2c0d6cbe0868a70be6446b93ed5b$d9298857f76910f2ca17990b2f44402c886a4256df85d268dd5dcf9e024237d3';
// tests/auth_tests/test_hashers.py of Django 4.1.
const OF_DJANGO = 'pbkdf2_sha256$390000$seasalt$8xBlGd3jVgvJ+92hWPxi5ww0uuAuAnKgC45eudxro7c=';
// tests/test_handlers_pbkdf2.py of passlib 1.7.
const OF_PASSLIB =
  '$pbkdf2-sha512$1212$RHY0Fr3IDMSVO/RSZyb5ow$eNLfBK.eVozomMr.1gYa17k9B7KIK25NOEshvhrSX.esqY3s.FvWZViXz4KoLlQI.BzY/YTNJOiKc5gBYFYGww';
const OF_PASSLIB_IN_GREEK =
  '$pbkdf2-sha512$1212$KkbvoKGsAIcF8IslDR6skQ$8be/PRmd88Ps8fmPowCJttH9G3vgxpG.Krjt3KT.NP6cKJ0V4Prarqf.HBwz0dCkJ6xgWnSj2ynXSV7MlvMa8Q';

const formats: [string, Pbkdf2Format, password: string, stored: string][] = [
  ['Piccolo', PICCOLO, 'abc123%£1pscl', OF_PICCOLO],
  ['Django', DJANGO, 'lètmein', OF_DJANGO],
  ['passlib', PASSLIB, 'password', OF_PASSLIB],
  ['passlib, in Greek', PASSLIB, 'Ιωαννης', OF_PASSLIB_IN_GREEK],
];

describe.each(formats)('PBKDF2 as of %s', (_, format, password, stored) => {
  const hasher = new Pbkdf2Hasher(format, 4);

  it('verifies what the other system stored, and no other password', async () => {
    expect(hasher.matches(stored)).toBe(true);
    expect(await hasher.verify(password, stored)).toBe(true);
    expect(await hasher.verify(`${password}z`, stored)).toBe(false);
    expect(await hasher.verify('', stored)).toBe(false);
  });

  it('makes hashes in the same format, with a fresh salt', async () => {
    const made = await new Pbkdf2Hasher({ ...format, iterations: 2 }, 4).hash('good password');
    expect(hasher.matches(made)).toBe(true);
    expect(await hasher.verify('good password', made)).toBe(true);
    expect(await hasher.verify('Good password', made)).toBe(false);
    expect(await new Pbkdf2Hasher({ ...format, iterations: 2 }, 4).hash('good password')).not.toBe(made);
  });

  it('takes the password as it was typed', async () => {
    const made = await new Pbkdf2Hasher({ ...format, iterations: 2 }, 4).hash('cafe\u0301 con leche');
    expect(await hasher.verify('cafe\u0301 con leche', made)).toBe(true);
    expect(await hasher.verify('caf\u00e9 con leche', made)).toBe(false);
  });

  it('takes its digest alone for no hash of the others', () => {
    const others = [PICCOLO, DJANGO, PASSLIB].filter((other) => other !== format);
    for (const other of others) expect(new Pbkdf2Hasher(other, 4).matches(stored)).toBe(false);
  });

  it.each([
    ['no iterations', stored.replace(/\$\d+\$/, '$0$')],
    ['iterations with a leading zero', stored.replace(/\$(\d+)\$/, '$0$1$')],
    ['negative iterations', stored.replace(/\$(\d+)\$/, '$-$1$')],
    ['more iterations than are bearable', stored.replace(/\$\d+\$/, `$${format.maxIterations + 1}$`)],
    ['monstrous iterations', stored.replace(/\$\d+\$/, '$99999999999999999999$')],
    ['a digest cut short', stored.slice(0, -2)],
    ['a longer digest', `${stored}0`],
    ['a letter outside the alphabet', `${stored.slice(0, -3)}!${stored.slice(-2)}`],
    ['a line break behind', `${stored}\n`],
    ['a NUL and more behind', `${stored}\0suffix`],
    ['something before', ` ${stored}`],
    ['a part too many', `${stored}$`],
  ])('does not know a stored hash with %s', async (__, damaged) => {
    expect(damaged).not.toBe(stored);
    expect(hasher.matches(damaged)).toBe(false);
    expect(await hasher.verify(password, damaged)).toBe(false);
  });

  it('always asks for a new hash', () => {
    expect(hasher.needsRehash()).toBe(true);
  });
});

describe('the spelling of a PBKDF2 digest', () => {
  it('tells Piccolo from Django, whose prefix is the same', async () => {
    const digest = Buffer.from(OF_DJANGO.slice(-44), 'base64').toString('hex');
    const inHex = `pbkdf2_sha256$390000$seasalt$${digest}`;
    expect(await new Pbkdf2Hasher(PICCOLO, 4).verify('lètmein', inHex)).toBe(true);
    expect(new Pbkdf2Hasher(DJANGO, 4).matches(inHex)).toBe(false);
    expect(
      new Pbkdf2Hasher(PICCOLO, 4).matches(inHex.toUpperCase().replace('PBKDF2_SHA256', 'pbkdf2_sha256')),
    ).toBe(false);
  });

  it.each([
    ['Django', DJANGO, OF_DJANGO.replace('7c=', '7d=')],
    ['passlib', PASSLIB, OF_PASSLIB.replace(/w$/, 'x')],
  ])('has one form only: %s', (_, format, second) => {
    expect(new Pbkdf2Hasher(format, 4).matches(second)).toBe(false);
  });
});
