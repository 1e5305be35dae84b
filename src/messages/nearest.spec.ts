import { describe, expect, it } from 'vitest';
import { nearest } from './nearest.js';

const NAMES = ['login', 'logout', 'session', 'cookieName', 'maxExpiry', 'create-superuser'];

describe('the nearest name', () => {
  it.each([
    ['login', 'login'],
    ['loginn', 'login'],
    ['logn', 'login'],
    ['lagin', 'login'],
    ['lgoin', 'login'],
    ['Sessions', 'session'],
    ['cookie_name', 'cookieName'],
    ['cokie-nmae', 'cookieName'],
    ['createSuperUser', 'create-superuser'],
  ])('to %s is %s', (name, expected) => {
    expect(nearest(name, NAMES)).toBe(expected);
  });

  it.each(['signup', 'in', '', 'a', 'expiry', 'x'.repeat(200)])('to %j is none', (name) => {
    expect(nearest(name, NAMES)).toBeUndefined();
  });

  it('is the nearest of several', () => {
    expect(nearest('logot', ['login', 'logos', 'logout'])).toBe('logos');
    expect(nearest('anything', [])).toBeUndefined();
  });
});
