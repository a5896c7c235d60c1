/** The address to go to after success, or nothing: `javascript:` and the like are not addresses of pages. */
export function redirectTarget(address: string, base: string): string {
  try {
    const url = new URL(address, base);
    return address && /^https?:$/.test(url.protocol) ? url.href : '';
  } catch {
    return '';
  }
}
