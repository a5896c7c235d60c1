/** The fragment that a page's fallback shows by `:target`, as a page without scripts cannot read a reply. */
const SENT = '#lead-form-sent';

function webUrl(value: string | null | undefined): URL | null {
  const url = value ? URL.parse(value) : null;
  return url && (url.protocol === 'https:' || url.protocol === 'http:') ? url : null;
}

/**
 * Where a plain form post goes back to. The page that the form names is believed only when the browser says that the post
 * comes from its origin: anything else would redirect visitors wherever a stranger likes.
 * @returns the page's address with the fragment that shows the thanks, or null when no page is known
 */
export function returnPage(request: Request, page: string | undefined): string | null {
  const referrer = webUrl(request.headers.get('Referer'));
  const origin = webUrl(request.headers.get('Origin')) ?? referrer;
  const named = webUrl(page);
  const target = named && origin && named.origin === origin.origin ? named : referrer;
  if (!target) return null;
  target.hash = SENT;
  return target.href;
}
