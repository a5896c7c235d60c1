import { html, raw } from 'hono/html';
import type { HtmlEscapedString } from 'hono/utils/html';

type Html = HtmlEscapedString | Promise<HtmlEscapedString>;

const STYLE = `
:root{color-scheme:light dark;--text:#1d2430;--quiet:#5b6472;--line:#dfe3e8;--ground:#fff;--raised:#f6f7f9;--accent:#2f5bd8}
@media(prefers-color-scheme:dark){:root{--text:#e8ebf0;--quiet:#a2abb9;--line:#333a45;--ground:#14171c;--raised:#1c2027;--accent:#8fb0ff}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--text);font:15px/1.55 system-ui,sans-serif}
main{max-width:46rem;margin:0 auto;padding:2rem 1rem 4rem}
h1{font-size:1.6rem;line-height:1.25;margin:0 0 .5rem}h2{font-size:1.1rem;margin:2rem 0 .5rem}
p{margin:.5rem 0}.quiet{color:var(--quiet)}a{color:var(--accent)}
code,pre{font:13px/1.5 ui-monospace,monospace}
pre{background:var(--raised);border:1px solid var(--line);border-radius:8px;padding:.75rem;white-space:pre-wrap;overflow-wrap:anywhere;user-select:all}
table{border-collapse:collapse;width:100%;font-size:14px}th,td{text-align:start;padding:.35rem .75rem .35rem 0;border-bottom:1px solid var(--line);vertical-align:top}
details{border:1px solid var(--line);border-radius:8px;margin:.5rem 0;padding:.6rem .75rem}summary{cursor:pointer;overflow-wrap:anywhere}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px}`;

/** A small page of ours. `nonce` allows what it has inline under the page's own policy. */
export function page(title: string, nonce: string, content: Html): Html {
  return html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width" />
    <title>${title}</title>
    <link rel="icon" href="data:," />
    <style nonce="${nonce}">${raw(STYLE)}</style>
  </head>
  <body>
    <main>${content}</main>
  </body>
</html>`;
}

/**
 * Headers of such a page: nothing may frame it or read it from another origin.
 * @param own whether it may also load scripts and styles from this API, and ask it
 */
export function pageHeaders(nonce: string, own = ''): Record<string, string> {
  const allowed = own && ` ${own}`;
  const asking = own && `script-src 'nonce-${nonce}' ${own}; connect-src ${own}; `;
  return {
    'Content-Security-Policy': `default-src 'none'; ${asking}style-src 'nonce-${nonce}'${allowed}; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    'Referrer-Policy': 'no-referrer',
    'Cross-Origin-Resource-Policy': 'same-origin',
  };
}
