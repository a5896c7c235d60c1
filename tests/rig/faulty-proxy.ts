/** Between the extension and the API: lets one see what a bad day looks like, request by request. */
import { createServer, type IncomingMessage, request as requestTo, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

/** What becomes of a request. `slow` counts milliseconds; `rewrite` changes the parsed JSON of the reply, and may take its time. */
type Mode =
  | 'pass'
  | 'refuse'
  | 'html'
  | { slow: number }
  | { status: number; json?: unknown; headers?: Record<string, string> }
  // biome-ignore lint/suspicious/noExplicitAny: a test bends replies into any shape.
  | { rewrite: (body: any) => unknown };

interface SeenRequest {
  method: string;
  /** With the query. */
  path: string;
  headers: IncomingMessage['headers'];
}

export interface FaultyProxy {
  url: string;
  /** All requests, or those for which `on` says yes, are treated like this from now on; the others pass. */
  set(mode: Mode, on?: (request: SeenRequest) => boolean): void;
  /** All that came, preflights too, in order. Empty it with `requests.length = 0`. */
  requests: SeenRequest[];
  close(): Promise<void>;
}

/** For answers that are not the API's, so that a page may read them as it may read the API's. */
const CORS = { 'access-control-allow-origin': '*', 'access-control-allow-headers': '*, Authorization' };
const HTML = '<!doctype html><title>Sign in to the network</title><p>Welcome to our café.</p>';

/**
 * Starts a proxy on a free port that passes everything on.
 * @param target address of the API; one that does not answer looks refused
 */
export async function startFaultyProxy(target: string): Promise<FaultyProxy> {
  let mode: Mode = 'pass';
  let concerned: (request: SeenRequest) => boolean = () => true;
  const requests: SeenRequest[] = [];
  const timers = new Set<NodeJS.Timeout>();

  const server = createServer((request, response) => {
    const { method = '', url: path = '', headers } = request;
    const seen = { method, path, headers };
    requests.push(seen);
    const now = concerned(seen) ? mode : 'pass';
    if (now === 'refuse') return request.socket.destroy();
    if (now === 'pass') return pass(target, request, response);
    if (now !== 'html' && 'slow' in now) {
      timers.add(setTimeout(() => pass(target, request, response), now.slow));
      return;
    }
    // A preflight that fails would hide the answer from the page.
    if (method === 'OPTIONS') return pass(target, request, response);
    if (now === 'html') return response.writeHead(200, { ...CORS, 'content-type': 'text/html' }).end(HTML);
    if ('rewrite' in now) return pass(target, request, response, now.rewrite);
    const type = { 'content-type': 'application/json' };
    response.writeHead(now.status, { ...CORS, ...type, ...now.headers }).end(JSON.stringify(now.json ?? {}));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    set(next, on = () => true) {
      mode = next;
      concerned = on;
    },
    close: () =>
      new Promise((done) => {
        for (const timer of timers) clearTimeout(timer);
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

type Rewrite = (body: unknown) => unknown;

function pass(target: string, request: IncomingMessage, response: ServerResponse, rewrite?: Rewrite): void {
  const { method, headers, url = '/' } = request;
  const onward = requestTo(new URL(url, target), { method, headers }, async (reply) => {
    const { statusCode = 502 } = reply;
    if (!rewrite) {
      response.writeHead(statusCode, reply.headers);
      reply.pipe(response);
      return;
    }
    const { 'content-length': _, 'transfer-encoding': __, ...kept } = reply.headers;
    response.writeHead(statusCode, kept).end(JSON.stringify(await rewrite(await json(reply))));
  });
  onward.on('error', () => request.socket.destroy());
  request.pipe(onward);
}
