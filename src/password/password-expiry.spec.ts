import { describe, expect, it } from 'vitest';
import { isAboutToExpire, isExpired, passwordExpiresAt } from './password-expiry.js';

const NOW = new Date('2024-02-28T12:00:00.000Z');
const INVALID = new Date(Number.NaN);

/** The instant `ms` milliseconds after `date`. */
function after(date: Date, ms: number): Date {
  return new Date(date.getTime() + ms);
}

describe('passwordExpiresAt', () => {
  it('counts days of 24 hours, over leap days and daylight saving', () => {
    expect(passwordExpiresAt(NOW, 2, null)).toEqual(new Date('2024-03-01T12:00:00.000Z'));
    expect(passwordExpiresAt(NOW, 90, null)).toEqual(new Date('2024-05-28T12:00:00.000Z'));
  });

  it('takes the configured days when none are given', () => {
    expect(passwordExpiresAt(NOW, undefined, 1)).toEqual(new Date('2024-02-29T12:00:00.000Z'));
    expect(passwordExpiresAt(NOW, undefined, null)).toBeNull();
  });

  it('is never when the days are null, whatever is configured', () => {
    expect(passwordExpiresAt(NOW, null, 30)).toBeNull();
  });

  it('is a date that clients can read, for any number of days', () => {
    const expiresAt = passwordExpiresAt(NOW, Number.MAX_SAFE_INTEGER, null);
    expect(expiresAt?.toISOString()).toBe('9999-12-31T23:59:59.999Z');
    expect(isExpired(expiresAt, NOW)).toBe(false);
  });
});

describe('isExpired', () => {
  it('is so from the very instant on', () => {
    expect(isExpired(NOW, after(NOW, -1))).toBe(false);
    expect(isExpired(NOW, NOW)).toBe(true);
    expect(isExpired(NOW, after(NOW, 1))).toBe(true);
  });

  it('is never so without an expiry', () => {
    expect(isExpired(null, NOW)).toBe(false);
  });

  it('takes the epoch and the year 9999 for what they are', () => {
    expect(isExpired(new Date(0), NOW)).toBe(true);
    expect(isExpired(new Date('9999-12-31T23:59:59.999Z'), NOW)).toBe(false);
  });

  it('fails closed on an invalid date', () => {
    expect(isExpired(INVALID, NOW)).toBe(true);
    expect(isExpired(NOW, INVALID)).toBe(true);
  });
});

describe('isAboutToExpire', () => {
  const DAY = 86_400_000;

  it('is so from the threshold until the expiry', () => {
    const expiresAt = after(NOW, 30 * DAY);
    expect(isAboutToExpire(expiresAt, 30, after(NOW, -1))).toBe(false);
    expect(isAboutToExpire(expiresAt, 30, NOW)).toBe(true);
    expect(isAboutToExpire(expiresAt, 30, after(expiresAt, -1))).toBe(true);
    expect(isAboutToExpire(expiresAt, 30, expiresAt)).toBe(false);
  });

  it('is not so when the password never expires, or has expired', () => {
    expect(isAboutToExpire(null, 30, NOW)).toBe(false);
    expect(isAboutToExpire(INVALID, 30, NOW)).toBe(false);
  });
});
