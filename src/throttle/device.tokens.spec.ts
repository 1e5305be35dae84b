import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AuthSettings } from '../auth.settings.js';
import { type DeviceHolder, DeviceTokens } from './device.tokens.js';

const [SECRET, OTHER] = ['a'.repeat(40), 'b'.repeat(40)];
const NOW = 1_763_700_000_000;

/** An account, as it is after so many changes of its password. */
function holder(id: string, passwordVersion = 1): DeviceHolder {
  return { id, passwordVersion };
}

function tokens(secret: string | string[] = SECRET, deviceExpiry = '180d'): DeviceTokens {
  return new DeviceTokens(new AuthSettings({ secret, throttle: { deviceExpiry } }));
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: NOW });
});
afterEach(() => vi.useRealTimers());

describe('a device cookie', () => {
  it('names the browser for its own account alone', () => {
    const cookie = tokens().issue(undefined, holder('zoe'));
    expect(tokens().isKnownDevice(cookie, holder('zoe'))).toBe(true);
    expect(tokens().isKnownDevice(cookie, holder('zo'))).toBe(false);
    expect(tokens().isKnownDevice(cookie, holder(''))).toBe(false);
    expect(tokens().isKnownDevice(undefined, holder('zoe'))).toBe(false);
  });

  it('is different each time', () => {
    expect(tokens().issue(undefined, holder('zoe'))).not.toBe(tokens().issue(undefined, holder('zoe')));
  });

  it('ends with the password that it was given for, and the next one takes its place', () => {
    const old = tokens().issue(undefined, holder('zoe', 1));
    expect(tokens().isKnownDevice(old, holder('zoe', 2))).toBe(false);
    const next = tokens().issue(old, holder('zoe', 2));
    expect(tokens().isKnownDevice(next, holder('zoe', 2))).toBe(true);
    expect(next).not.toContain(old);
  });

  it('is told from what is none, for whichever account it is', () => {
    expect(tokens().isDevice(tokens().issue(undefined, holder('zoe')))).toBe(true);
    for (const none of [undefined, '', 'true', 'a.b.c', '~']) expect(tokens().isDevice(none)).toBe(false);
  });

  it('verifies by any of the secrets, and is signed by the first', () => {
    const old = tokens(OTHER).issue(undefined, holder('zoe'));
    expect(tokens(SECRET).isKnownDevice(old, holder('zoe'))).toBe(false);
    expect(tokens([SECRET, OTHER]).isKnownDevice(old, holder('zoe'))).toBe(true);
    const renewed = tokens([SECRET, OTHER]).issue(old, holder('zoe'));
    expect(tokens(SECRET).isKnownDevice(renewed, holder('zoe'))).toBe(true);
    expect(tokens(OTHER).isKnownDevice(renewed, holder('zoe'))).toBe(false);
  });

  it('loses its worth with any character changed, added or left out', () => {
    const cookie = tokens().issue(undefined, holder('zoe'));
    for (let index = 0; index < cookie.length; index += 1) {
      const changed = cookie[index] === 'x' ? 'y' : 'x';
      // The last of 43 characters carries four bits: a neighbour there may say the same.
      if (index < cookie.length - 1)
        expect(
          tokens().isKnownDevice(cookie.slice(0, index) + changed + cookie.slice(index + 1), holder('zoe')),
        ).toBe(false);
      expect(tokens().isKnownDevice(cookie.slice(0, index) + cookie.slice(index + 1), holder('zoe'))).toBe(
        false,
      );
      expect(tokens().isKnownDevice(`${cookie.slice(0, index)}-${cookie.slice(index)}`, holder('zoe'))).toBe(
        false,
      );
    }
  });

  it('lives for `deviceExpiry` to the second', () => {
    const cookie = tokens(SECRET, '10s').issue(undefined, holder('zoe'));
    vi.setSystemTime(NOW + 10_000);
    expect(tokens(SECRET, '10s').isKnownDevice(cookie, holder('zoe'))).toBe(true);
    vi.setSystemTime(NOW + 10_001);
    expect(tokens(SECRET, '10s').isKnownDevice(cookie, holder('zoe'))).toBe(false);
  });

  it('keeps the five newest accounts of a browser, each once', () => {
    let cookie: string | undefined;
    for (const account of ['one', 'two', 'three', 'four', 'five', 'two', 'six'])
      cookie = tokens().issue(cookie, holder(account));
    expect(cookie?.split('~')).toHaveLength(5);
    const known = ['one', 'two', 'three', 'four', 'five', 'six'].filter((name) =>
      tokens().isKnownDevice(cookie, holder(name)),
    );
    expect(known).toEqual(['two', 'three', 'four', 'five', 'six']);
  });

  it('does not carry on what is no entry, and stays short', () => {
    const hostile = ['<script>', '..', 'a.b.c', '', 'x'.repeat(5000)].join('~');
    const cookie = tokens().issue(hostile, holder('zoe'));
    expect(cookie).toMatch(/^[\w.-]+$/);
    expect(cookie.length).toBeLessThan(90);
  });
});
