import bcrypt from 'bcrypt';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { BcryptSha256Hasher } from './bcrypt-sha256.hasher.js';

// Published with passlib's bcrypt_sha256, version 2.
const VECTOR = '$bcrypt-sha256$v=2,t=2b,r=12$n79VH.0Q2TMWmt3Oqt9uku$Kq4Noyk3094Y2QlB8NdRT8SvGiI4ft2';

describe('BcryptSha256Hasher', () => {
  const hasher = new BcryptSha256Hasher(4);

  afterEach(() => {
    vi.restoreAllMocks();
  });

  it("agrees with passlib's published hash", async () => {
    const hasherOf12 = new BcryptSha256Hasher(12);
    expect(await hasherOf12.verify('password', VECTOR)).toBe(true);
    expect(await hasherOf12.verify('Password', VECTOR)).toBe(false);
  });

  it('makes hashes in its own format that it verifies', async () => {
    // Many, because the last characters of salt and digest take few values.
    for (let i = 0; i < 50; i++) {
      const stored = await hasher.hash(`good password ${i}`);
      expect(hasher.matches(stored)).toBe(true);
      expect(await hasher.verify(`good password ${i}`, stored)).toBe(true);
    }
  });

  it('salts: the same password never has the same hash twice', async () => {
    expect(await hasher.hash('good password')).not.toBe(await hasher.hash('good password'));
  });

  it.each([
    ['72 bytes and one more', 'a'.repeat(72), 'a'.repeat(73)],
    ['73 bytes that differ in the last', `${'a'.repeat(72)}X`, `${'a'.repeat(72)}Y`],
    ['64 letters of two bytes', 'é'.repeat(64), `${'é'.repeat(63)}è`],
    ['25 letters of three bytes', '漢'.repeat(25), `${'漢'.repeat(24)}字`],
    ['19 letters of four bytes', '🔑'.repeat(19), `${'🔑'.repeat(18)}🔒`],
    ['256 letters that differ in the last', `${'a'.repeat(255)}X`, `${'a'.repeat(255)}Y`],
  ])('reads every character: %s', async (_, password, other) => {
    const stored = await hasher.hash(password);
    expect(await hasher.verify(password, stored)).toBe(true);
    expect(await hasher.verify(other, stored)).toBe(false);
  });

  it.each([
    ['composed and decomposed letters', 'caf\u00e9 con leche', 'cafe\u0301 con leche'],
    ['a ligature and its letters', '\ufb01sh and chips', 'fish and chips'],
    ['full-width and plain letters', '\uff41bcdefgh', 'abcdefgh'],
  ])('takes %s for the same password', async (_, one, other) => {
    expect(await hasher.verify(other, await hasher.hash(one))).toBe(true);
    expect(await hasher.verify(one, await hasher.hash(other))).toBe(true);
  });

  it('neither trims nor changes case', async () => {
    const stored = await hasher.hash(' Good Password ');
    expect(await hasher.verify('Good Password', stored)).toBe(false);
    expect(await hasher.verify(' good password ', stored)).toBe(false);
  });

  it.each([
    ['nothing', ''],
    ['another version', VECTOR.replace('v=2', 'v=1')],
    ['another type', VECTOR.replace('t=2b', 't=2a')],
    ['too few rounds', VECTOR.replace('r=12', 'r=3')],
    ['too many rounds', VECTOR.replace('r=12', 'r=32')],
    ['more rounds than are bearable', VECTOR.replace('r=12', 'r=17')],
    ['monstrous rounds', VECTOR.replace('r=12', 'r=31')],
    ['rounds with a leading zero', VECTOR.replace('r=12', 'r=04')],
    ['a second spelling of the salt', VECTOR.replace('uku$', 'ukv$')],
    ['a second spelling of the digest', VECTOR.replace(/2$/, '3')],
    ['a letter outside the alphabet', VECTOR.replace('Kq4', 'K+4')],
    ['a digest cut short', VECTOR.slice(0, -1)],
    ['a NUL and more behind', `${VECTOR}\0suffix`],
    ['a line break behind', `${VECTOR}\n`],
    ['something before', ` ${VECTOR}`],
    ['plain bcrypt', '$2b$12$n79VH.0Q2TMWmt3Oqt9ukuKq4Noyk3094Y2QlB8NdRT8SvGiI4ft2'],
  ])('does not know a stored hash with %s', async (_, stored) => {
    expect(hasher.matches(stored)).toBe(false);
    expect(await hasher.verify('password', stored)).toBe(false);
  });

  it('asks for a new hash when the rounds were raised, not when they were lowered', async () => {
    const stored = await new BcryptSha256Hasher(5).hash('good password');
    expect(new BcryptSha256Hasher(4).needsRehash(stored)).toBe(false);
    expect(new BcryptSha256Hasher(5).needsRehash(stored)).toBe(false);
    expect(new BcryptSha256Hasher(6).needsRehash(stored)).toBe(true);
  });

  it('does the work of the configured rounds for a wrong password, though the hash has fewer', async () => {
    const stored = await hasher.hash('good password');
    const hash = vi.spyOn(bcrypt, 'hash');

    expect(await new BcryptSha256Hasher(7).verify('wrong password', stored)).toBe(false);

    const work = hash.mock.calls.map(([, setting]) => 2 ** Number(String(setting).slice(4, 6)));
    expect(work).toEqual([2 ** 4, 2 ** 4, 2 ** 5, 2 ** 6]);
    expect(work.reduce((sum, one) => sum + one)).toBe(2 ** 7);
  });

  it('has a dummy hash of the configured rounds that no password opens', async () => {
    expect(hasher.matches(hasher.dummy)).toBe(true);
    expect(hasher.needsRehash(hasher.dummy)).toBe(false);
    expect(await hasher.verify('', hasher.dummy)).toBe(false);
  });
});
