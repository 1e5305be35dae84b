import ipaddr from 'ipaddr.js';

/** Addresses that cannot be read share one count: better too strict than none. */
const UNREADABLE = 'unreadable';

/** The key by which an address is counted: IPv4 whole, IPv6 by its /64 network; `null` when there is none. */
export function addressKey(address: string | undefined): string | null {
  if (address === undefined) return null;
  const bare = withoutPort(address);
  if (!ipaddr.isValid(bare)) return UNREADABLE;
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
