import { Test } from '@nestjs/testing';
import bcrypt from 'bcrypt';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Catalogue } from '../messages/catalogue.js';
import { PasswordOptions } from './password.options.js';
import { type PasswordContext, PasswordPolicy } from './password.policy.js';
import { PasswordService } from './password.service.js';

function optionsWith(options: Partial<PasswordOptions> = {}): PasswordOptions {
  return Object.assign(new PasswordOptions(), { bcryptRounds: 4 }, options);
}

const passwords = new PasswordService(optionsWith());

async function codes(
  password: string,
  context: PasswordContext = {},
  options: Partial<PasswordOptions> = {},
): Promise<string[]> {
  const policy = new PasswordPolicy(optionsWith(options), passwords, new Catalogue());
  return (await policy.check(password, context)).map(({ code }) => code);
}

describe('PasswordPolicy', () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  it.each([
    ['a sentence with spaces', 'nine green bottles hang'],
    ['digits alone', '80427715938264'],
    ['small letters alone', 'mzqwplkvtyah'],
    ['one letter, repeated', 'ñññññññññ'],
    ['emoji', '🦊🍕🚲🌋🎺🧦🪁🐙'],
    ['spaces at both ends', '  pelican  '],
    ['64 letters of two bytes', 'é'.repeat(64)],
    ['64 emoji', '🔑'.repeat(64)],
    ['exactly the most code points', '🔑'.repeat(256)],
  ])('has no rule on composition: %s will do', async (_, password) => {
    expect(await codes(password, { username: 'alice', email: 'alice@example.com' })).toEqual([]);
  });

  it('counts code points, as typed', async () => {
    expect(await codes('🦊🍕🚲🌋🎺🧦🪁')).toEqual(['password_too_short']);
    // One code point that NFKC would make eighteen.
    expect(await codes('\ufdfa')).toEqual(['password_too_short']);
    expect(await codes('\ufdfa'.repeat(256))).toEqual([]);
    expect(await codes('')).toEqual(['password_too_short']);
  });

  it('says how long a password must be', async () => {
    const policy = new PasswordPolicy(
      optionsWith({ minLength: 10, maxLength: 20 }),
      passwords,
      new Catalogue(),
    );
    expect(await policy.check('pelican')).toEqual([
      { code: 'password_too_short', message: 'The password must have at least 10 characters.' },
    ]);
    expect(await policy.check('pelican pelican pelican')).toEqual([
      { code: 'password_too_long', message: 'The password must have at most 20 characters.' },
    ]);
  });

  it('looks at nothing else when the password is too long', async () => {
    const hash = vi.spyOn(bcrypt, 'hash');
    const normalize = vi.spyOn(String.prototype, 'normalize');
    const context = { username: 'aaa', currentHash: await passwords.hash('a') };
    hash.mockClear();
    normalize.mockClear();

    expect(await codes('a'.repeat(257), context)).toEqual(['password_too_long']);
    expect(await codes('a\0'.repeat(1_000_000), context)).toEqual(['password_too_long']);
    expect(hash).not.toHaveBeenCalled();
    expect(normalize).not.toHaveBeenCalled();
  });

  it.each([
    ['a NUL', 'pelican\0pelican'],
    ['a high surrogate alone', 'pelican\ud83epelican'],
    ['a low surrogate alone', 'pelican\udd8a'],
    ['surrogates the wrong way round', 'pelican\udd8a\ud83e'],
    ['nothing but a NUL, however short', '\0'],
  ])('refuses %s, and looks at nothing else', async (_, password) => {
    expect(await codes(password, { username: 'pelican' })).toEqual(['invalid_field']);
  });

  it.each([[undefined], [null], [12345678], [['good password']]])(
    'refuses %j, which is no text',
    async (password) => {
      expect(await codes(password as unknown as string)).toEqual(['invalid_field']);
    },
  );

  describe('on common passwords', () => {
    it.each(['password', 'PASSWORD', 'iLoveYou', '1234567890', 'ｐａｓｓｗｏｒｄ'])(
      'refuses %s',
      async (password) => {
        expect(await codes(password)).toEqual(['password_too_common']);
      },
    );

    it('compares the whole password', async () => {
      expect(await codes('password of a pelican')).toEqual([]);
    });

    it('can be told not to look', async () => {
      expect(await codes('password', {}, { rejectCommon: false })).toEqual([]);
    });

    it("refuses whatever contains one of the host's own words", async () => {
      const options = { rejectList: ['Zanzibar', ''] };
      expect(await codes('my zanzibAR trip', {}, options)).toEqual(['password_too_common']);
      expect(await codes('my pelican trip', {}, options)).toEqual([]);
    });
  });

  describe('on names', () => {
    it.each([
      ['my zoe7 of rivers', 'the username'],
      ['my zoe7.berg of rivers', 'the username'],
      ['my berg of rivers', 'the email address or its part before the @'],
      ['my underwood rivers', 'the display name, the first name or the last name'],
      ['my bakery of 7 rivers', 'the name of this site'],
    ])('says which one, and not what it is: %s', async (password, said) => {
      const options = optionsWith({ contextWords: ['Bakery'] });
      const zoe = { username: 'zoe7', email: 'berg@example.org', displayName: 'Zoë Underwood' };
      const failures = await new PasswordPolicy(options, passwords, new Catalogue()).check(password, zoe);
      expect(failures.map(({ message }) => message)).toEqual([`The password must not contain ${said}.`]);
    });

    const alice = { username: 'Alice', email: 'wonder.land@example.com', displayName: 'Mad Hatter' };

    it.each([
      ['the user name', 'xx-alice-xx'],
      ['the user name in other letters', 'xx-ＡＬＩＣＥ-xx'],
      ['the email address', 'wonder.land@example.com!'],
      ['the local part of the address', 'my wonder.LAND'],
      ['the display name', 'the mad hatter'],
      ['the name of the site', 'i log in to acme'],
    ])('refuses a password that contains %s', async (_, password) => {
      expect(await codes(password, alice, { contextWords: ['Acme'] })).toEqual([
        'password_contains_identity',
      ]);
    });

    const named = { displayName: ' Mad  Hatter van Dyke ', firstName: 'Mary Ann', lastName: 'Liddell' };

    it.each([
      ['a word of the display name', 'my HATTER of 7'],
      ['the first name', 'here is mary ann 7'],
      ['a word of the first name', 'grandmaryland'],
      ['the last name', 'oh liddell oh'],
      ['the last name in other letters', 'oh ＬＩＤＤＥＬＬ oh'],
    ])('refuses a password that contains %s', async (_, password) => {
      expect(await codes(password, named)).toEqual(['password_contains_identity']);
    });

    it('compares a word of fewer than four code points with the whole password only', async () => {
      expect(await codes('caravan of madness annals', named)).toEqual([]);
      expect(await codes('Van', named, { minLength: 1 })).toEqual(['password_contains_identity']);
    });

    it('looks for a short name that is whole', async () => {
      expect(await codes('sleeping lions', { lastName: 'Lee' })).toEqual(['password_contains_identity']);
      expect(await codes('sleeping lions', { firstName: 'Le', lastName: ' ' })).toEqual([]);
    });

    it('compares a name of fewer than three code points with the whole password only', async () => {
      expect(await codes('balloon pilot', { username: 'al', email: 'b@example.com' })).toEqual([]);
      expect(await codes('AL', { username: 'al' }, { minLength: 1 })).toEqual(['password_contains_identity']);
    });

    it('is content without any', async () => {
      const nobody = { username: '', email: null, displayName: null };
      expect(await codes('balloon pilot', nobody, { contextWords: [''] })).toEqual([]);
    });
  });

  describe('on earlier passwords', () => {
    it('refuses the current password, in whatever Unicode form', async () => {
      const currentPassword = 'caf\u00e9 con leche';
      const currentHash = await passwords.hash(currentPassword);
      for (const password of ['caf\u00e9 con leche', 'cafe\u0301 con leche']) {
        expect(await codes(password, { currentPassword })).toEqual(['password_unchanged']);
        expect(await codes(password, { currentHash })).toEqual(['password_unchanged']);
      }
      expect(await codes('Caf\u00e9 con leche', { currentPassword })).toEqual([]);
    });

    it('does not hash when it has the current password', async () => {
      const hash = vi.spyOn(bcrypt, 'hash');
      await codes('good password', { currentPassword: 'old password', currentHash: 'anything' });
      await codes('good password', { currentHash: null, previousHashes: [] });
      expect(hash).not.toHaveBeenCalled();
    });

    it('refuses every one of the previous passwords it is given, of whatever format', async () => {
      const previousHashes = [
        await passwords.hash('first password'),
        await bcrypt.hash('second password', 4),
        'damaged',
      ];
      expect(await codes('first password', { previousHashes })).toEqual(['password_reused']);
      expect(await codes('second password', { previousHashes })).toEqual(['password_reused']);
      expect(await codes('third password', { previousHashes })).toEqual([]);
    });
  });

  it('reports every broken rule, and never the password', async () => {
    const password = 'secret';
    const hash = await passwords.hash(password);
    const policy = new PasswordPolicy(optionsWith({ rejectList: ['cret'] }), passwords, new Catalogue());

    const failures = await policy.check(password, {
      username: password,
      currentPassword: password,
      currentHash: hash,
      previousHashes: [hash],
    });

    expect(failures.map(({ code }) => code)).toEqual([
      'password_too_short',
      'password_too_common',
      'password_contains_identity',
      'password_unchanged',
      'password_reused',
    ]);
    for (const { message } of failures) {
      expect(message).toMatch(/^[A-Z].*\.$/);
      expect(message).not.toContain(password);
    }
  });

  it('passes on what the hash queue throws, rather than accept the password', async () => {
    vi.spyOn(passwords, 'verify').mockRejectedValue(new Error('queue full'));
    await expect(codes('good password', { currentHash: 'anything' })).rejects.toThrow('queue full');
  });

  it('is injectable with its service', async () => {
    const module = await Test.createTestingModule({
      providers: [
        { provide: PasswordOptions, useValue: optionsWith() },
        PasswordService,
        PasswordPolicy,
        { provide: Catalogue, useValue: new Catalogue() },
      ],
    }).compile();
    expect(await module.get(PasswordPolicy).check('good enough password')).toEqual([]);
  });
});
