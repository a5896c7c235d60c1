import { LOCALE_LENGTH, URL_LENGTH, UTM_LENGTH } from '../shared/contract/limits.ts';

/** Where a lead came from. */
export interface Attribution {
  page?: string | undefined;
  referrer?: string | undefined;
  utm?: Record<string, string> | undefined;
  locale?: string | undefined;
}

/** Cuts to the limit without leaving half a surrogate pair, and drops U+0000: the API refuses both, and a link must not block a lead. */
export const clip = (text: string, max: number): string =>
  text
    .replace(/\0/g, '')
    .slice(0, max)
    .replace(/[\ud800-\udbff]$/, '');

/**
 * Reads the page's address (without its fragment), referrer and campaign parameters. Taken at the first rendering, before
 * a single-page app changes the address, and kept, so that a retry sends the same bytes. Nothing is written anywhere.
 */
export function readAttribution(href: string, referrer: string, locale: string): Attribution {
  const page = href.split('#')[0] || '';
  const query = new URLSearchParams(page.split('?').slice(1).join('?'));
  const utm: Record<string, string> = {};
  for (const name of ['source', 'medium', 'campaign', 'term', 'content']) {
    const value = clip(query.get(`utm_${name}`) || '', UTM_LENGTH);
    if (value) utm[name] = value;
  }
  return {
    page: clip(page, URL_LENGTH) || undefined,
    referrer: clip(referrer, URL_LENGTH) || undefined,
    utm: Object.keys(utm).length ? utm : undefined,
    locale: locale.slice(0, LOCALE_LENGTH) || undefined,
  };
}
