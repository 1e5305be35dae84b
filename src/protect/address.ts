import ipaddr from 'ipaddr.js';

/** Whoever has no address, or one that cannot be read, shares one count: too strict is better than none. */
const UNKNOWN = 'unknown';

/** The key by which an address is counted: IPv4 whole, IPv6 by its /64 network, all that are unknown together. */
export function addressKey(address: string | undefined): string {
  const bare = withoutPort(address ?? '');
  if (!ipaddr.isValid(bare)) return UNKNOWN;
  // Also makes 1.2.3.4 of ::ffff:1.2.3.4.
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
