import ipaddr from 'ipaddr.js';

/**
 * Key for callers whose address is absent or unreadable. They share one limit, because one that is too strict is better than
 * none.
 */
const UNKNOWN = 'unknown';

/**
 * Returns the stored and shown form of an address: an IPv4-mapped IPv6 address (RFC 4291 §2.5.5.2), as dual-stack sockets
 * report it, becomes plain IPv4. Any other text is returned as it is.
 */
export function plainAddress(address: string): string {
  if (!ipaddr.IPv6.isValid(address)) return address;
  const parsed = ipaddr.process(address);
  return parsed instanceof ipaddr.IPv6 ? address : parsed.toString();
}

/**
 * Returns the key for rate limits: the whole IPv4 address, the /64 network of an IPv6 address, or one key for unknown
 * addresses.
 */
export function addressKey(address: string | undefined): string {
  const bare = withoutPort(address ?? '');
  if (!ipaddr.isValid(bare)) return UNKNOWN;
  const parsed = ipaddr.process(bare);
  if (!(parsed instanceof ipaddr.IPv6)) return parsed.toString();
  return `${parsed.parts
    .slice(0, 4)
    .map((part) => part.toString(16))
    .join(':')}::/64`;
}

/** Removes the port that some proxies add: `192.0.2.1:5001`, `[2001:db8::1]:5001`. */
function withoutPort(address: string): string {
  return /^\[(.+)\](?::\d+)?$/.exec(address)?.[1] ?? /^([\d.]+):\d+$/.exec(address)?.[1] ?? address;
}
