import bcrypt from 'bcrypt';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { ServiceUnavailableException } from '../errors/service-unavailable.exception.js';
import type { PasswordHasher } from './password-hasher.js';
import { PasswordOptions } from './password.options.js';
import { PasswordService } from './password.service.js';

function serviceWith(options: Partial<PasswordOptions> = {}): PasswordService {
  return new PasswordService(Object.assign(new PasswordOptions(), { bcryptRounds: 4 }, options));
}

/** A format of which every stored hash is the word `id`. */
function hasherNamed(id: string, verify: PasswordHasher['verify']): PasswordHasher {
  return {
    id,
    matches: (stored) => stored === id,
    hash: async () => id,
    verify,
    needsRehash: () => false,
  };
}

/** A verification that nobody ends before `open` is called. */
function gated(): { verify: PasswordHasher['verify']; running: () => number; open: () => void } {
  let running = 0;
  let resolve: ((answer: boolean) => void) | undefined;
  const gate = new Promise<boolean>((resolver) => {
    resolve = resolver;
  });
  const verify = (): Promise<boolean> => {
    running++;
    return gate;
  };
  return { verify, running: () => running, open: () => resolve?.(true) };
}

/** Verifies, and sees to it that bcrypt ran once, with the configured rounds. */
async function verifyOnce(service: PasswordService, password: unknown, stored: string | null | undefined) {
  const hash = vi.spyOn(bcrypt, 'hash');
  const answer = await service.verify(password as string, stored);
  expect(hash).toHaveBeenCalledExactlyOnceWith(expect.any(String), expect.stringMatching(/^\$2b\$04\$/));
  return answer;
}

describe('PasswordService', () => {
  const service = serviceWith();

  afterEach(() => {
    vi.restoreAllMocks();
    vi.unstubAllEnvs();
  });

  it('verifies what it hashed, and nothing else', async () => {
    const stored = await service.hash('good password');
    expect(stored).toMatch(/^\$bcrypt-sha256\$v=2,t=2b,r=4\$/);
    expect(await service.verify('good password', stored)).toBe(true);
    expect(await service.verify('good passwor', stored)).toBe(false);
    expect(await service.verify('', stored)).toBe(false);
    expect(service.needsRehash(stored)).toBe(false);
  });

  it('upgrades: a hash of fewer rounds, and every plain bcrypt hash', async () => {
    const weak = await service.hash('good password');
    const plain = await bcrypt.hash('good password', 6);
    const raised = serviceWith({ bcryptRounds: 5 });

    expect(await raised.verify('good password', weak)).toBe(true);
    expect(raised.needsRehash(weak)).toBe(true);
    expect(await raised.verify('good password', plain)).toBe(true);
    expect(raised.needsRehash(plain)).toBe(true);
  });

  it('never downgrades a hash of more rounds', async () => {
    const strong = await serviceWith({ bcryptRounds: 6 }).hash('good password');
    expect(service.needsRehash(strong)).toBe(false);
  });

  it.each([
    ['too long', 'a'.repeat(257)],
    ['with a NUL', 'good\0password'],
    ['with a lone surrogate', 'good password \ud800'],
  ])('does not hash a password %s, and does not repeat it', async (_, password) => {
    const refusal = await service.hash(password).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(Error);
    expect(String(refusal)).not.toContain(password);
  });

  describe('costs one verification of the configured rounds', () => {
    let stored: string;

    beforeAll(async () => {
      stored = await service.hash('good password');
    });

    it('for the right password', async () => {
      expect(await verifyOnce(service, 'good password', stored)).toBe(true);
    });

    it('for a wrong password', async () => {
      expect(await verifyOnce(service, 'wrong password', stored)).toBe(false);
    });

    it('for the very first password of an unknown user', async () => {
      expect(await verifyOnce(serviceWith(), 'good password', null)).toBe(false);
    });

    it('for a user without a password', async () => {
      expect(await verifyOnce(service, 'good password', undefined)).toBe(false);
    });

    it.each([
      ['empty', ''],
      ['unusable', '!'],
      ['in the clear', 'good password'],
      ['cut short', '$2b$04$n79VH.0Q2TMWmt3Oqt9uku'],
      ['of an unknown format', '$argon2id$v=19$m=65536,t=3,p=4$c2FsdHNhbHQ$aGFzaGhhc2g'],
    ])('for a stored hash that is %s', async (_, malformed) => {
      expect(await verifyOnce(service, 'good password', malformed)).toBe(false);
    });

    it('for a stored hash followed by a NUL and more', async () => {
      expect(await verifyOnce(service, 'good password', `${stored}\0suffix`)).toBe(false);
    });

    it.each([
      ['is too long', 'a'.repeat(257)],
      ['is far too long', 'a'.repeat(5_000_000)],
      ['has a NUL', 'good password\0'],
      ['has a lone surrogate', 'good password\ud800'],
    ])('for a password that %s', async (_, password) => {
      expect(await verifyOnce(service, password, stored)).toBe(false);
    });

    it.each([[undefined], [null], [42], [true], [['good password']], [{}]])(
      'for the password %j, which is no text',
      async (password) => {
        expect(await verifyOnce(service, password, stored)).toBe(false);
      },
    );
  });

  it('does not let a NUL stand for the end of an old password', async () => {
    // bcrypt itself repeats the password with a NUL between, so to it these two are one.
    const stored = await bcrypt.hash('pelican', 4);
    expect(await bcrypt.compare('pelican\0pelican', stored)).toBe(true);
    expect(await service.verify('pelican\0pelican', stored)).toBe(false);
  });

  it('spends as much on a wrong password whose plain bcrypt hash has fewer rounds', async () => {
    const weak = await bcrypt.hash('good password', 4);
    const hash = vi.spyOn(bcrypt, 'hash');

    expect(await serviceWith({ bcryptRounds: 6 }).verify('wrong password', weak)).toBe(false);

    const rounds = hash.mock.calls.map(([, setting]) => String(setting).slice(4, 6));
    expect(rounds).toEqual(['04', '04', '05']);
  });

  it('takes 256 code points, however many bytes they have', async () => {
    const password = '🔑'.repeat(256);
    expect(await service.verify(password, await service.hash(password))).toBe(true);
  });

  describe('with hashers of the host', () => {
    it('lets nobody in who has no password, however much a hasher takes for its own', async () => {
      const greedy = { ...hasherNamed('greedy', async () => true), matches: () => true };
      const hosted = serviceWith({ hashers: [greedy] });
      expect(await hosted.verify('good password', 'anything')).toBe(true);
      expect(await verifyOnce(hosted, 'good password', null)).toBe(false);
    });

    it('verifies their formats with the password as it was typed', async () => {
      const verify = vi.fn<PasswordHasher['verify']>(async () => true);
      const hosted = serviceWith({ hashers: [hasherNamed('rot13', verify)] });

      expect(await hosted.verify('cafe\u0301', 'rot13')).toBe(true);
      expect(verify).toHaveBeenCalledExactlyOnceWith('cafe\u0301', 'rot13');
      expect(hosted.needsRehash('rot13')).toBe(false);
    });

    it('still hashes new passwords in its own format', async () => {
      const hosted = serviceWith({ hashers: [hasherNamed('rot13', async () => true)] });
      expect(await hosted.hash('good password')).toMatch(/^\$bcrypt-sha256\$/);
    });

    it('passes on what a hasher throws, and goes on', async () => {
      const broken = hasherNamed('broken', () => Promise.reject(new Error('no such library')));
      const hosted = serviceWith({ hashers: [broken] });

      for (let i = 0; i < 10; i++) {
        await expect(hosted.verify('good password', 'broken')).rejects.toThrow('no such library');
      }
      expect(await hosted.verify('good password', await hosted.hash('good password'))).toBe(true);
    });
  });

  describe('when many passwords come at once', () => {
    it.each([
      ['four, as libuv has by default,', undefined, 4],
      ['as many as UV_THREADPOOL_SIZE says', '2', 2],
    ])('hashes %s and lets 64 wait', async (_, size, threads) => {
      vi.stubEnv('UV_THREADPOOL_SIZE', size);
      const { open, verify, running } = gated();
      const hosted = serviceWith({ hashers: [hasherNamed('slow', verify)] });

      const accepted = Array.from({ length: threads + 64 }, () => hosted.verify('good password', 'slow'));
      await expect(hosted.verify('good password', 'slow')).rejects.toThrow(ServiceUnavailableException);
      await expect(hosted.verify('good password', null)).rejects.toThrow(ServiceUnavailableException);
      await expect(hosted.hash('good password')).rejects.toThrow(ServiceUnavailableException);
      expect(running()).toBe(threads);

      open();
      expect(new Set(await Promise.all(accepted))).toEqual(new Set([true]));
      expect(await hosted.verify('good password', 'slow')).toBe(true);
    });
  });
});
