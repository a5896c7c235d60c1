/** The address to go to after success, or nothing: `javascript:` and the like are not addresses of pages. */
export function redirectTarget(address: string, base: string): string | undefined {
  try {
    const url = new URL(address || ':', base);
    return /^https?:$/.test(url.protocol) ? url.href : undefined;
  } catch {
    return undefined;
  }
}
