import { type Context, Hono } from 'hono';
import { html } from 'hono/html';
import { isLoopback } from '../../../shared/contract/loopback.ts';
import { ApiError } from '../../errors.ts';
import type { AppEnv, Deps, HomePages } from '../deps.ts';
import { page, pageHeaders } from '../page.ts';

/** Written by proxies, or by a script that asks from a page. */
const FROM_ELSEWHERE = /^(origin|forwarded|via|x-forwarded-|x-real-ip$|cf-|true-client-ip$|x-client-ip$)/;

/**
 * The connection code holds the admin key, so only a person at this machine may see it. A page of another origin could ask
 * for it too (DNS rebinding changes the Host, a fetch says so in Sec-Fetch-Site), and so could anybody behind a proxy.
 */
function askedByPersonHere(context: Context, address: string | null, behindProxy: boolean): boolean {
  const site = context.req.header('Sec-Fetch-Site') ?? 'none';
  return (
    !behindProxy &&
    isLoopback(address ?? '') &&
    isLoopback(new URL(context.req.url).hostname) &&
    (site === 'none' || site === 'same-origin') &&
    !Object.keys(context.req.header()).some((name) => FROM_ELSEWHERE.test(name))
  );
}

/** What only the embedded product shows: the demo page and how to connect the extension. */
export function homeRoutes(deps: Deps, home: HomePages) {
  return new Hono<AppEnv>({ strict: false })
    .get('/', (context) => {
      const base = deps.publicBase(context.req.raw);
      return context.html(
        home.demo.replaceAll('__API__', () => base),
        200,
        {
          'Content-Security-Policy': "frame-ancestors 'none'",
        },
      );
    })
    .get('/connect', (context) => {
      const address = deps.remoteAddress(context);
      if (!askedByPersonHere(context, address, deps.config.TRUST_PROXY > 0 || home.speaksHttp10(context))) {
        throw new ApiError(
          'forbidden',
          'The connection code is shown only on the machine that runs the API. Read it in the terminal there.',
          { reason: 'another_machine' },
        );
      }
      const { origin } = new URL(context.req.url);
      const nonce = context.get('requestId');
      return context.html(
        page(
          'Connect the extension',
          nonce,
          html`<h1>Connect the extension</h1>
            <p>When the extension asks, paste this code into “Connection code” and press “Connect”.</p>
            <pre tabindex="0" aria-label="Connection code">${home.connectionCode(origin)}</pre>
            <p class="quiet">It holds the address of this API and its admin key: whoever has it can read and change every lead.</p>`,
        ),
        200,
        pageHeaders(nonce),
      );
    });
}
