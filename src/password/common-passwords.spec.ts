import { describe, expect, it } from 'vitest';
import { commonPasswords } from './common-passwords.js';

describe('commonPasswords', () => {
  it('has the 3000 and more of at least 8 characters that OWASP ASVS asks for', async () => {
    const passwords = [...(await commonPasswords(8))];
    expect(passwords.length).toBeGreaterThanOrEqual(3000);
    expect(passwords.every((password) => password.length >= 8)).toBe(true);
  });

  it('is in the form in which passwords are looked up', async () => {
    expect([...(await commonPasswords(1))].every((one) => one === one.normalize('NFKC').toLowerCase())).toBe(
      true,
    );
  });

  it('knows the best known', async () => {
    const passwords = await commonPasswords(8);
    expect(['password', '12345678', 'qwertyuiop', 'iloveyou'].filter((one) => !passwords.has(one))).toEqual(
      [],
    );
  });
});
