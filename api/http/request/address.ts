/**
 * What the rate limiter counts as one visitor: an IPv4 address, or the /64 network of an IPv6 one, of which every
 * household has 2^64 addresses.
 * @param address as the socket or the proxy names it
 */
export function visitorNetwork(address: string): string {
  const plain = plainAddress(address) ?? address;
  if (!plain.includes(':')) return plain;
  const [left = '', right] = plain.toLowerCase().replace(/%.*$/, '').split('::');
  const groups = left === '' ? [] : left.split(':');
  const tail = right ? right.split(':') : [];
  if (right !== undefined) groups.push(...Array.from({ length: 8 - groups.length - tail.length }, () => '0'), ...tail);
  const network = groups.slice(0, 4).map((group) => group.replace(/^0+(?=.)/, ''));
  return `${network.join(':')}::/64`;
}

/**
 * An address as proxies write it, without quotes, brackets, port and the IPv6 form of an IPv4 address.
 * @returns null when it is no address: one that could be made up freely would be a new visitor each time
 */
function plainAddress(written: string): string | null {
  const bare = written
    .trim()
    .replace(/^"(.*)"$/, '$1')
    .replace(/^\[([^\]]*)\](:\d+)?$/, '$1')
    .replace(/^([\d.]+):\d+$/, '$1');
  const mapped = /^(?:0*:)*:?(?:0*:)*ffff:(?:([\d.]+)|([\da-f]{1,4}):([\da-f]{1,4}))$/i.exec(bare);
  if (mapped?.[1]) return plainAddress(mapped[1]);
  if (mapped?.[2] && mapped[3]) {
    const number = Number.parseInt(mapped[2], 16) * 65_536 + Number.parseInt(mapped[3], 16);
    return [24, 16, 8, 0].map((bits) => (number >>> bits) & 255).join('.');
  }
  const octets = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(bare)?.slice(1).map(Number);
  if (octets) return octets.every((octet) => octet <= 255) ? octets.join('.') : null;
  return /^[\da-f:]{2,39}(%.*)?$/i.test(bare) && bare.includes(':') ? bare : null;
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
  const socket = socketAddress ? plainAddress(socketAddress) : null;
  if (proxies === 0) return socket;
  const entry = forwardedFor?.split(',').at(-proxies);
  return (entry && plainAddress(entry)) || socket;
}
