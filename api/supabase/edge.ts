/** The product as an edge function of a Supabase project. `api/supabase/build.ts` makes one file of it and all it needs. */
import { createApp } from '../app.ts';
import { authentication } from '../auth/authentication.ts';
import { ConfigError, readConfig } from '../config.ts';
import { supabaseDatabase } from '../database/drivers/supabase.ts';
import { ApiError, errorResponse } from '../errors.ts';
import type { WidgetFile, WidgetFiles } from '../http/deps.ts';
import { describeIncident } from '../node/report.ts';
import { edgeBase, edgeCaller } from './edge-caller.ts';

/** As much of Deno as is used here. */
declare const Deno: {
  env: { toObject(): Record<string, string> };
  serve(options: object, handler: (request: Request) => Response | Promise<Response>): unknown;
};

/** The build puts the files here: an edge function has no folder to read from. Each is named by its integrity. */
declare const WIDGET: {
  version: string;
  script: string;
  polyfill: string;
  released: [version: string, script: string, polyfill: string][];
  /** Each distinct file once, gzip in base64: versions share a polyfill. */
  files: Record<string, string>;
};

async function unpack([integrity, gzipBase64]: [string, string]): Promise<[string, WidgetFile]> {
  const gzip = Uint8Array.from(atob(gzipBase64), (character) => character.charCodeAt(0));
  const stream = new Blob([gzip]).stream().pipeThrough(new DecompressionStream('gzip'));
  return [integrity, { plain: new Uint8Array(await new Response(stream).arrayBuffer()), gzip, integrity }];
}

async function unpackWidget(): Promise<WidgetFiles> {
  // Named once: the build puts the whole of it wherever it is named.
  const { version, script, polyfill, released, files } = WIDGET;
  const unpacked = new Map(await Promise.all(Object.entries(files).map(unpack)));
  const form = (script: string, polyfill: string) => ({
    script: unpacked.get(script) as WidgetFile,
    polyfill: unpacked.get(polyfill) as WidgetFile,
  });
  return {
    version,
    ...form(script, polyfill),
    released: new Map(released.map(([name, script, polyfill]) => [name, form(script, polyfill)])),
  };
}

/**
 * Deno's fetch sends a request once more by itself when a kept connection breaks before the reply, even when all of it had
 * arrived and was carried out: a form without a submission id would be stored twice. It cannot repeat a body that is a stream.
 */
const sendOnce: typeof fetch = (input, init) =>
  fetch(input, typeof init?.body === 'string' ? { ...init, body: new Blob([init.body]).stream() } : init);

async function createHandler(environment: Record<string, string>): Promise<(request: Request) => Promise<Response>> {
  const config = readConfig(environment);
  const { SUPABASE_URL, SUPABASE_SECRET_KEY } = config;
  if (!SUPABASE_URL || !SUPABASE_SECRET_KEY) {
    throw new ConfigError('SUPABASE_URL or SUPABASE_SECRET_KEYS is missing: Supabase sets both for its functions.');
  }
  const app = createApp({
    config,
    database: supabaseDatabase({ url: SUPABASE_URL, key: SUPABASE_SECRET_KEY, fetch: sendOnce }),
    authenticate: authentication(config, { fetch, now: () => new Date() }),
    widget: await unpackWidget(),
    home: null,
    // Supabase serves no HTML, so a viewer would only make the function larger.
    viewer: null,
    newRequestId: () => crypto.randomUUID(),
    clock: () => performance.now(),
    wait: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
    publicBase: (request) => edgeBase(request, config),
    remoteAddress: ({ req }) => edgeCaller(req.raw.headers, config),
    report: (incident) => console.error(describeIncident(incident)),
  });
  return async (request) => app.fetch(request);
}

/** A function that does not start says nothing to anybody; this one says what is missing, also to pages of other origins. */
function refuseEverything(error: unknown): (request: Request) => Promise<Response> {
  const sentence = error instanceof ConfigError ? error.message : 'The function could not start.';
  console.error(sentence);
  return async ({ method }) => {
    const requestId = crypto.randomUUID();
    const response =
      method === 'OPTIONS'
        ? new Response(null, { status: 204 })
        : errorResponse(
            new ApiError('database_unavailable', sentence, { retryAfter: 60, reason: 'configuration_invalid' }),
            requestId,
          );
    const { headers } = response;
    headers.set('Access-Control-Allow-Origin', '*');
    headers.set('Access-Control-Allow-Headers', 'authorization, content-type, idempotency-key, if-match');
    headers.set('Access-Control-Allow-Methods', 'GET,POST,PATCH,PUT,DELETE');
    headers.set('Cache-Control', 'no-store');
    headers.set('X-Request-Id', requestId);
    return response;
  };
}

const environment = Deno.env.toObject();
const handler = await createHandler(environment).catch(refuseEverything);
// The platform gives its own port and ignores these; on one's own machine they say where to listen.
Deno.serve({ hostname: '127.0.0.1', port: Number(environment.PORT || 8000) }, handler);
