import ipaddr from 'ipaddr.js';

/** The key by which an address is counted: IPv4 whole, IPv6 by its /64 network; `null` when there is none. */
export function addressKey(address: string | undefined): string | null {
  if (address === undefined || !ipaddr.isValid(address)) return null;
  // Also makes 1.2.3.4 of ::ffff:1.2.3.4.
  const parsed = ipaddr.process(address);
  if (!(parsed instanceof ipaddr.IPv6)) return parsed.toString();
  return `${parsed.parts
    .slice(0, 4)
    .map((part) => part.toString(16))
    .join(':')}::/64`;
}
