import { projectRef } from '../auth/sign-in.ts';
import type { Config } from '../config.ts';
import { callerAddress } from '../http/request/address.ts';
import { publicOrigin } from '../http/request/public-origin.ts';

/**
 * Who calls the edge function. Its socket is the platform's own, and callers write what they like into X-Forwarded-For. Cloudflare,
 * which stands before every hosted project, sets CF-Connecting-IP itself; elsewhere that header is the caller's word too.
 * @returns null when nobody says so whom we trust: all such callers count as one, no guess is made
 */
export function edgeCaller(headers: Headers, config: Config): string | null {
  const isHosted = projectRef(config) !== null;
  const seen = isHosted ? headers.get('CF-Connecting-IP') : null;
  return callerAddress(seen ?? undefined, headers.get('X-Forwarded-For') ?? undefined, config.TRUST_PROXY);
}

/**
 * Where callers reach the functions, for links and tags that are shown to them: the gateway takes this part of the path away. On a
 * Supabase that somebody hosts, SUPABASE_URL may be an address of its own network, and its proxies say how they were called.
 */
export function edgeBase(request: Request, config: Config): string {
  const isBehindProxy = projectRef(config) === null && config.TRUST_PROXY > 0;
  return `${isBehindProxy ? publicOrigin(request, config.TRUST_PROXY) : config.SUPABASE_URL}/functions/v1`;
}
