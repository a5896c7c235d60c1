import ipaddr from 'ipaddr.js';

/** No address is longer, also in quotes and with a zone and a port: the rest is not worth reading. */
const LONGEST = 100;

/**
 * What the rate limiter counts as one visitor: an IPv4 address, or the /64 network of an IPv6 one, of which every
 * household has 2^64 addresses.
 * @param address as the socket or the proxy names it
 */
export function visitorNetwork(address: string): string {
  const known = parse(address);
  if (!(known instanceof ipaddr.IPv6)) return known?.toString() ?? address;
  const network = known.parts.slice(0, 4).map((part) => part.toString(16));
  return `${network.join(':')}::/64`;
}

/**
 * An address as proxies write it: perhaps in quotes or brackets, with a port or a zone.
 * An IPv4 address in IPv6 form, mapped or behind NAT64 (RFC 6052), is that IPv4 address.
 * @returns null when it is no address: one that could be made up freely would be a new visitor each time
 */
function parse(written: string): ipaddr.IPv4 | ipaddr.IPv6 | null {
  if (written.length > LONGEST) return null;
  const bare = written
    .trim()
    .replace(/^"(.*)"$/, '$1')
    .replace(/^\[([^\]]*)\](:\d+)?$/, '$1')
    .replace(/^([\d.]+):\d+$/, '$1')
    .replace(/%.*$/, '');
  if (ipaddr.IPv4.isValidFourPartDecimal(bare)) return ipaddr.IPv4.parse(bare);
  if (!bare.includes(':') || !ipaddr.IPv6.isValid(bare)) return null;
  const address = ipaddr.IPv6.parse(bare);
  const holdsIPv4 = address.isIPv4MappedAddress() || address.range() === 'rfc6052';
  return holdsIPv4 ? new ipaddr.IPv4(address.toByteArray().slice(12)) : address;
}

/**
 * The caller's address behind a number of proxies we run. Each proxy appends who called it, so only the last entries are
 * ours and everything before them is whatever the caller wrote.
 * @param proxies how many trusted proxies stand in front; 0 believes no header
 */
export function callerAddress(
  socketAddress: string | undefined,
  forwardedFor: string | undefined,
  proxies: number,
): string | null {
  const entry = proxies === 0 ? undefined : forwardedFor?.split(',').at(-proxies);
  const caller = (entry && parse(entry)) || (socketAddress && parse(socketAddress));
  return caller ? caller.toString() : null;
}
