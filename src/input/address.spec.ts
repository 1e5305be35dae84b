import { describe, expect, it } from 'vitest';
import { addressKey, plainAddress } from './address.js';

describe('an address as it is shown', () => {
  it.each([
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['::FFFF:C000:0207', '192.0.2.7'],
    ['0:0:0:0:0:ffff:192.0.2.7', '192.0.2.7'],
  ])('is for %s the IPv4 address in it', (address, plain) => {
    expect(plainAddress(address)).toBe(plain);
  });

  it.each([
    '192.0.2.7',
    '192.0.2.7:5001',
    '2001:DB8::1',
    '::1',
    '64:ff9b::192.0.2.7',
    'fe80::1%eth0',
    '::ffff:192.0.2.700',
    'a proxy of ours',
    '',
  ])('is for %j just that', (address) => {
    expect(plainAddress(address)).toBe(address);
  });
});

describe('the key of an address', () => {
  it.each([
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['::FFFF:C000:0207', '192.0.2.7'],
    ['0:0:0:0:0:ffff:192.0.2.7', '192.0.2.7'],
    ['::1', '0:0:0:0::/64'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:DB8:0001:0002::', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ])('of %s is %s', (address, key) => {
    expect(addressKey(address)).toBe(key);
  });

  it('two networks next to each other have two', () => {
    expect(addressKey('2001:db8:1:2:ffff:ffff:ffff:ffff')).not.toBe(addressKey('2001:db8:1:3::'));
  });
});
