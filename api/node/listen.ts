import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer, type HttpBindings } from '@hono/node-server';
import type { Context, Hono } from 'hono';
import { BODY_SECONDS } from '../../shared/contract/limits.ts';
import { StartError } from '../errors.ts';
import type { AppEnv } from '../http/deps.ts';

const DRAIN_MS = 10_000;
const REQUESTS_PER_CONNECTION = 1_000;

/** A server that takes requests. */
export interface Listening {
  /** Where a browser on this machine reaches it. */
  url: string;
  /** Takes no more requests, lets those in flight finish, then resolves. */
  close(): Promise<void>;
}

/**
 * Serves the app on Node's HTTP server.
 * @throws StartError when the address cannot be had
 */
export async function listen(app: Hono<AppEnv>, host: string, port: number): Promise<Listening> {
  const server = createAdaptorServer({
    fetch: app.fetch,
    serverOptions: {
      headersTimeout: BODY_SECONDS * 1000,
      // Longer than the app's own limit on slow bodies, which answers with a sentence; this one just hangs up.
      requestTimeout: BODY_SECONDS * 2000,
      connectionsCheckingInterval: 1000,
    },
  });
  // A connection that sends thousands of requests at once would have them all answered into memory.
  if ('maxRequestsPerSocket' in server) server.maxRequestsPerSocket = REQUESTS_PER_CONNECTION;
  const inFlight = new Set<ServerResponse>();
  let closing = false;
  server.prependListener('request', (_request: IncomingMessage, response: ServerResponse) => {
    response.shouldKeepAlive &&= !closing;
    inFlight.add(response);
    response.once('close', () => inFlight.delete(response));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(new StartError(explain(error, host, port))));
    server.listen(port, host, resolve);
  });
  const address = server.address() as AddressInfo;
  const shown = ['0.0.0.0', '::'].includes(host) ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host;

  return {
    url: `http://${shown}:${address.port}`,
    async close() {
      closing = true;
      // A kept connection would be served on and on; so each reply from here on says that it is the last.
      for (const response of inFlight) response.shouldKeepAlive = false;
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      const idle = 'closeIdleConnections' in server ? server : null;
      idle?.closeIdleConnections();
      const timer = setTimeout(() => idle?.closeAllConnections(), DRAIN_MS);
      await closed;
      clearTimeout(timer);
    },
  };
}

function explain(error: NodeJS.ErrnoException, host: string, port: number): string {
  if (error.code === 'EADDRINUSE')
    return `Port ${port} on ${host} is in use: stop the program that has it or set PORT to another number.`;
  if (error.code === 'EACCES') return `Port ${port} needs more rights than this user has: set PORT to 1024 or higher.`;
  return `The address ${host}:${port} cannot be used (${error.code}): set HOST to an address of this machine.`;
}

/** Whether the request came in HTTP/1.0. */
export function speaksHttp10(context: Context): boolean {
  return (context.env as HttpBindings).incoming.httpVersion === '1.0';
}
