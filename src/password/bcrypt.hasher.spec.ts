import bcrypt from 'bcrypt';
import { describe, expect, it } from 'vitest';
import { BcryptHasher } from './bcrypt.hasher.js';

// One of the published test vectors of crypt_blowfish.
const VECTOR = '$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW';

describe('BcryptHasher', () => {
  const hasher = new BcryptHasher(4);

  it.each(['$2a$', '$2b$', '$2y$'])('verifies %s', async (prefix) => {
    const stored = VECTOR.replace('$2a$', prefix);
    expect(hasher.matches(stored)).toBe(true);
    expect(await hasher.verify('U*U', stored)).toBe(true);
    expect(await hasher.verify('U*U*', stored)).toBe(false);
  });

  it('verifies what other bcrypt libraries stored, and they what it makes', async () => {
    expect(await hasher.verify('good password', await bcrypt.hash('good password', 4))).toBe(true);
    expect(await bcrypt.compare('good password', await hasher.hash('good password'))).toBe(true);
  });

  it('takes the password as it was typed', async () => {
    const stored = await bcrypt.hash('cafe\u0301 con leche', 4);
    expect(await hasher.verify('cafe\u0301 con leche', stored)).toBe(true);
    expect(await hasher.verify('caf\u00e9 con leche', stored)).toBe(false);
  });

  it('verifies a long $2a$ hash that is free of the early fault, where the length wrapped around', async () => {
    const stored = (await bcrypt.hash('a'.repeat(300), 4)).replace('$2b$', '$2a$');
    expect(await hasher.verify('a'.repeat(300), stored)).toBe(true);
    expect(await hasher.verify('a'.repeat(44), stored)).toBe(false);
  });

  it('hashes 72 bytes, and refuses more rather than cut them', async () => {
    expect(await hasher.verify('é'.repeat(36), await hasher.hash('é'.repeat(36)))).toBe(true);
    await expect(hasher.hash('é'.repeat(37))).rejects.toThrow(RangeError);
  });

  it.each([
    ['nothing', ''],
    ['another version', VECTOR.replace('$2a$', '$2x$')],
    ['no version', VECTOR.replace('$2a$', '$2$')],
    ['too few rounds', VECTOR.replace('$05$', '$03$')],
    ['too many rounds', VECTOR.replace('$05$', '$32$')],
    ['more rounds than are bearable', VECTOR.replace('$05$', '$17$')],
    ['monstrous rounds', VECTOR.replace('$05$', '$31$')],
    ['a letter outside the alphabet', VECTOR.replace('E5Y', 'E+Y')],
    ['a digest cut short', VECTOR.slice(0, -1)],
    ['a NUL and more behind', `${VECTOR}\0suffix`],
    ['a line break behind', `${VECTOR}\n`],
  ])('does not know a stored hash with %s', async (_, stored) => {
    expect(hasher.matches(stored)).toBe(false);
    expect(await hasher.verify('U*U', stored)).toBe(false);
  });

  it('bears as many rounds as the host has for its own hashes', () => {
    expect(new BcryptHasher(16).matches(VECTOR.replace('$05$', '$17$'))).toBe(false);
    expect(new BcryptHasher(17).matches(VECTOR.replace('$05$', '$17$'))).toBe(true);
    expect(hasher.matches(VECTOR.replace('$05$', '$16$'))).toBe(true);
  });

  it('always asks for a new hash', () => {
    expect(hasher.needsRehash()).toBe(true);
  });
});
