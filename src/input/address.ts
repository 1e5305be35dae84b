import ipaddr from 'ipaddr.js';

/** Callers without an address, or with one that cannot be read, share one count: too strict is better than none. */
const UNKNOWN = 'unknown';

/**
 * An address as it is stored and shown: an IPv4 address is written as one where IPv6 carries it (RFC 4291 §2.5.5.2), as
 * sockets for both have it. Anything else stays as it is.
 */
export function plainAddress(address: string): string {
  if (!ipaddr.IPv6.isValid(address)) return address;
  const parsed = ipaddr.process(address);
  return parsed instanceof ipaddr.IPv6 ? address : parsed.toString();
}

/** The key by which an address is counted: IPv4 whole, IPv6 by its /64 network, all that are unknown together. */
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

/** Some proxies add the port: `192.0.2.1:5001`, `[2001:db8::1]:5001`. */
function withoutPort(address: string): string {
  return /^\[(.+)\](?::\d+)?$/.exec(address)?.[1] ?? /^([\d.]+):\d+$/.exec(address)?.[1] ?? address;
}
