/**
 * What the rate limiter counts as one visitor: an IPv4 address, or the /64 network of an IPv6 one, of which every
 * household has 2^64 addresses.
 * @param address as the socket or the proxy names it
 */
export function visitorNetwork(address: string): string {
  const bare = address.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '').replace(/%.*$/, '');
  if (!bare.includes(':')) return bare;
  const [left = '', right] = bare.toLowerCase().split('::');
  const groups = left === '' ? [] : left.split(':');
  const tail = right ? right.split(':') : [];
  if (right !== undefined) groups.push(...Array.from({ length: 8 - groups.length - tail.length }, () => '0'), ...tail);
  const network = groups.slice(0, 4).map((group) => group.replace(/^0+(?=.)/, ''));
  return `${network.join(':')}::/64`;
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
  if (proxies === 0) return socketAddress ?? null;
  const entries = forwardedFor?.split(',').map((entry) => entry.trim()) ?? [];
  return entries.at(-proxies) || (socketAddress ?? null);
}
