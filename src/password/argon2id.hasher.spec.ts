import { Logger } from '@nestjs/common';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Argon2idHasher } from './argon2id.hasher.js';

// src/test.c of the reference implementation, password "password".
const VECTORS = [
  '$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc',
  '$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4',
  '$argon2id$v=19$m=256,t=2,p=2$c29tZXNhbHQ$bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f/5U52iv1cDc',
];
const VECTOR = '$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4';

describe('Argon2idHasher', () => {
  const hasher = new Argon2idHasher(4);

  afterEach(() => {
    vi.restoreAllMocks();
  });

  it.each(VECTORS)('agrees with the reference implementation: %s', async (stored) => {
    expect(hasher.matches(stored)).toBe(true);
    expect(await hasher.verify('password', stored)).toBe(true);
    expect(await hasher.verify('Password', stored)).toBe(false);
    expect(await hasher.verify('', stored)).toBe(false);
  });

  it('makes hashes in its own format that it verifies, with a fresh salt', async () => {
    const stored = await hasher.hash('good password');
    expect(hasher.matches(stored)).toBe(true);
    expect(await hasher.verify('good password', stored)).toBe(true);
    expect(await hasher.verify('other password', stored)).toBe(false);
    expect(await hasher.hash('good password')).not.toBe(stored);
  });

  it('knows the order in which the package argon2 of 2026 writes the costs', async () => {
    const stored = VECTOR.replace('m=256,t=2,p=1', 'm=256,p=1,t=2');
    expect(hasher.matches(stored)).toBe(true);
    expect(await hasher.verify('password', stored)).toBe(true);
  });

  it.each([
    ['nothing', ''],
    ['argon2i', VECTOR.replace('argon2id', 'argon2i')],
    ['version 1.0', VECTOR.replace('v=19', 'v=16')],
    ['no version', VECTOR.replace('v=19$', '')],
    ['a cost twice', VECTOR.replace('p=1', 't=1')],
    ['a cost too many', VECTOR.replace('p=1', 'p=1,p=1')],
    ['a key', VECTOR.replace('p=1', 'p=1,keyid=AA')],
    ['no passes', VECTOR.replace('t=2', 't=0')],
    ['less memory than the lanes need', VECTOR.replace('m=256', 'm=7')],
    ['more memory than is bearable', VECTOR.replace('m=256', 'm=262145')],
    ['monstrous memory', VECTOR.replace('m=256', 'm=4294967295')],
    ['more passes over it than are bearable', VECTOR.replace('m=256,t=2', 'm=262144,t=5')],
    ['too many lanes', VECTOR.replace('p=1', 'p=17')],
    ['a salt of fewer than 8 bytes', VECTOR.replace('c29tZXNhbHQ', 'c29tZXNhbA')],
    ['a second spelling of the salt', VECTOR.replace('c29tZXNhbHQ', 'c29tZXNhbHR')],
    ['a second spelling of the digest', VECTOR.replace(/4$/, '5')],
    ['a digest cut to an impossible length', VECTOR.slice(0, -2)],
    ['padding', `${VECTOR}=`],
    ['a line break behind', `${VECTOR}\n`],
    ['a NUL and more behind', `${VECTOR}\0suffix`],
    ['the name that Django puts before', `argon2${VECTOR}`],
  ])('does not know a stored hash with %s', async (_, stored) => {
    expect(hasher.matches(stored)).toBe(false);
    expect(await hasher.verify('password', stored)).toBe(false);
  });

  it('always asks for a new hash', () => {
    expect(hasher.needsRehash()).toBe(true);
  });

  it('does not need its package before there is such a hash', () => {
    const load = vi.fn<() => Promise<never>>();
    expect(new Argon2idHasher(4, load).matches(VECTOR)).toBe(true);
    expect(load).not.toHaveBeenCalled();
  });

  it('lets nobody in without its package, and says once what to install', async () => {
    const logged = vi.spyOn(Logger.prototype, 'error').mockReturnValue();
    const without = new Argon2idHasher(4, () => Promise.reject(new Error('Cannot find package')));
    for (let i = 0; i < 3; i++) expect(await without.verify('password', VECTOR)).toBe(false);
    expect(logged).toHaveBeenCalledExactlyOnceWith(expect.stringContaining('npm install @node-rs/argon2'));
    expect(await without.problem()).toContain('npm install @node-rs/argon2');
    await expect(without.hash('password')).rejects.toThrow('npm install @node-rs/argon2');
    expect(await hasher.problem()).toBeNull();
  });
});
