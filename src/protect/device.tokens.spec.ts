import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AuthSettings } from '../auth.settings.js';
import { DeviceTokens } from './device.tokens.js';

const [SECRET, OTHER] = ['a'.repeat(40), 'b'.repeat(40)];
const NOW = 1_763_700_000_000;

function tokens(secret: string | string[] = SECRET, deviceExpiry = '180d'): DeviceTokens {
  return new DeviceTokens(new AuthSettings({ secret, throttle: { deviceExpiry } }));
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: NOW });
});
afterEach(() => vi.useRealTimers());

describe('a device cookie', () => {
  it('names the browser for its own account alone', () => {
    const cookie = tokens().issue(undefined, 'zoe');
    expect(tokens().find(cookie, 'zoe')).toBe(cookie.split('.')[0]);
    expect(tokens().find(cookie, 'zo')).toBeNull();
    expect(tokens().find(cookie, '')).toBeNull();
    expect(tokens().find(undefined, 'zoe')).toBeNull();
  });

  it('is different each time, so that each sign-in begins a count of its own', () => {
    expect(tokens().issue(undefined, 'zoe')).not.toBe(tokens().issue(undefined, 'zoe'));
  });

  it('verifies by any of the secrets, and is signed by the first', () => {
    const old = tokens(OTHER).issue(undefined, 'zoe');
    expect(tokens(SECRET).find(old, 'zoe')).toBeNull();
    expect(tokens([SECRET, OTHER]).find(old, 'zoe')).not.toBeNull();
    const renewed = tokens([SECRET, OTHER]).issue(old, 'zoe');
    expect(tokens(SECRET).find(renewed, 'zoe')).not.toBeNull();
    expect(tokens(OTHER).find(renewed, 'zoe')).toBeNull();
  });

  it('loses its worth with any character changed, added or left out', () => {
    const cookie = tokens().issue(undefined, 'zoe');
    for (let index = 0; index < cookie.length; index += 1) {
      const changed = cookie[index] === 'x' ? 'y' : 'x';
      // The last of 43 characters carries four bits: a neighbour there may say the same.
      if (index < cookie.length - 1)
        expect(tokens().find(cookie.slice(0, index) + changed + cookie.slice(index + 1), 'zoe')).toBeNull();
      expect(tokens().find(cookie.slice(0, index) + cookie.slice(index + 1), 'zoe')).toBeNull();
      expect(tokens().find(`${cookie.slice(0, index)}-${cookie.slice(index)}`, 'zoe')).toBeNull();
    }
  });

  it('lives for `deviceExpiry` to the second', () => {
    const cookie = tokens(SECRET, '10s').issue(undefined, 'zoe');
    vi.setSystemTime(NOW + 10_000);
    expect(tokens(SECRET, '10s').find(cookie, 'zoe')).not.toBeNull();
    vi.setSystemTime(NOW + 10_001);
    expect(tokens(SECRET, '10s').find(cookie, 'zoe')).toBeNull();
  });

  it('keeps the five newest accounts of a browser, each once', () => {
    let cookie: string | undefined;
    for (const account of ['one', 'two', 'three', 'four', 'five', 'two', 'six'])
      cookie = tokens().issue(cookie, account);
    expect(cookie?.split('~')).toHaveLength(5);
    const known = ['one', 'two', 'three', 'four', 'five', 'six'].filter((name) =>
      tokens().find(cookie, name),
    );
    expect(known).toEqual(['two', 'three', 'four', 'five', 'six']);
  });

  it('does not carry on what is no entry, and stays short', () => {
    const hostile = ['<script>', '..', 'a.b.c', '', 'x'.repeat(5000)].join('~');
    const cookie = tokens().issue(hostile, 'zoe');
    expect(cookie).toMatch(/^[\w.-]+$/);
    expect(cookie.length).toBeLessThan(90);
  });
});
