import { ApiError } from '../../errors.ts';

/**
 * Where callers reach this API, for links and tags that are shown to them. A proxy of ours that ends TLS says so in
 * X-Forwarded-Proto and X-Forwarded-Host; without one, anybody could write these headers.
 * @param proxies how many trusted proxies stand in front
 * @returns an origin that is safe in HTML as it is
 * @throws ApiError invalid_request when the Host header is no host
 */
export function publicOrigin(request: Request, proxies: number): string {
  const url = new URL(request.url);
  const forwarded = (name: string) => (proxies > 0 ? request.headers.get(name)?.split(',').at(-1)?.trim() : undefined);
  const scheme = forwarded('X-Forwarded-Proto') === 'https' ? 'https:' : url.protocol;
  const origin = `${scheme}//${forwarded('X-Forwarded-Host') || url.host}`;
  if (!/^https?:\/\/[a-z0-9._:[\]-]+$/i.test(origin)) {
    throw new ApiError('invalid_request', 'The Host header names no host.');
  }
  return origin;
}
