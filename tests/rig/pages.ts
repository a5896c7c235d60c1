/** Serves `widget/pages/` as a stranger's site would: from an origin of its own, never the API's. */
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';

const at = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

export interface PageOptions {
  /** Response headers by page name, for example a Content-Security-Policy for `strict-csp`. */
  headers?: Record<string, Record<string, string>>;
  /** Pages that are not in the folder, by name. `__API__` is replaced in them too. */
  extra?: Record<string, string>;
}

export interface Pages {
  url: string;
  /** The address of one page: `at('plain', 'utm_source=x')`. */
  at(name: string, query?: string): string;
  close(): Promise<void>;
}

/**
 * Starts the site on a free port. `localhost` for the site and `127.0.0.1` for the API are two origins and two sites.
 * @param api what `__API__` stands for in the pages; `__SITE__` is the site itself, `__VERSION__` the product's
 */
export async function servePages(api: string, { headers = {}, extra = {} }: PageOptions = {}): Promise<Pages> {
  const { version } = JSON.parse(await readFile(at('package.json'), 'utf8')) as { version: string };
  let url = '';
  const fill = (text: string) =>
    text.replaceAll('__API__', api).replaceAll('__SITE__', url).replaceAll('__VERSION__', version);
  const server = createServer(async (request, response) => {
    const name = new URL(request.url ?? '/', 'http://localhost').pathname.slice(1).replace(/\.html$/, '');
    try {
      if (!/^[a-z0-9-]+$/.test(name)) throw new Error('no such page');
      const html = extra[name] ?? (await readFile(at(`widget/pages/${name}.html`), 'utf8'));
      const own = Object.entries(headers[name] ?? {}).map(([key, value]) => [key, fill(value)]);
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', ...Object.fromEntries(own) });
      response.end(fill(html));
    } catch {
      response.writeHead(404, { 'content-type': 'text/plain' });
      response.end('no such page');
    }
  });
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  url = `http://localhost:${(server.address() as AddressInfo).port}`;
  return {
    url,
    at: (name, query) => `${url}/${name}.html${query ? `?${query}` : ''}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
