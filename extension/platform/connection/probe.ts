import { isLoopback } from './address.ts';

/** Each of these questions is answered at once or not at all. */
const PROBE_MS = 800;

/** What can be learned of an address whose answers a page may not read. */
export interface Echo {
  /** Somebody answers there, whether or not a page may read it. */
  answers: boolean;
  /** A page may read it, as long as no key is sent along. */
  isReadable: boolean;
  /** The answer is another address. */
  redirects: boolean;
  /** The same address answers with http where https was asked, or the other way round. Only this computer may be asked so. */
  otherScheme: boolean;
}

/** @returns null when no answer came */
async function ask(address: string, init: RequestInit, signal: AbortSignal): Promise<Response | null> {
  try {
    return await fetch(address, {
      ...init,
      cache: 'no-store',
      credentials: 'omit',
      referrerPolicy: 'no-referrer',
      signal: AbortSignal.any([signal, AbortSignal.timeout(PROBE_MS)]),
    });
  } catch {
    signal.throwIfAborted();
    return null;
  }
}

const isRedirect = ({ type, status }: Response) => type === 'opaqueredirect' || (status >= 300 && status < 400);

/** The same address with the other of the two schemes. */
export const withOtherScheme = (url: string): string =>
  url.startsWith('https:') ? url.replace('https:', 'http:') : url.replace('http:', 'https:');

/**
 * Asks an address that could not be read in other ways, to tell why. No token is sent. Browsers give scripts no reason when a
 * request fails; but they send one whose answer stays hidden, and that it came says that somebody is there.
 * @param url of the API
 */
export async function listenTo(url: string, signal: AbortSignal): Promise<Echo> {
  const [hidden, open, other] = await Promise.all([
    ask(`${url}/health`, { mode: 'no-cors' }, signal),
    ask(`${url}/health`, { redirect: 'manual' }, signal),
    isLoopback(url) ? ask(`${withOtherScheme(url)}/health`, { mode: 'no-cors' }, signal) : null,
  ]);
  const redirects = open !== null && isRedirect(open);
  return {
    answers: hidden !== null,
    isReadable: open !== null && !redirects,
    redirects,
    otherScheme: other !== null,
  };
}
