import type { Context } from 'hono';
import type { Authenticate, Identity } from '../auth/identity.ts';
import type { Config } from '../config.ts';
import type { Database } from '../database/database.ts';

/** The built script and what belongs to it, read once by the runtime. */
export interface WidgetFiles {
  version: string;
  /** The script and the polyfill for browsers without custom elements, as text and gzip. */
  script: WidgetFile;
  polyfill: WidgetFile;
  /** By version, as they were released: a page that pinned one keeps its form. */
  released: ReadonlyMap<string, Pick<WidgetFiles, 'script' | 'polyfill'>>;
}

export interface WidgetFile {
  plain: Uint8Array<ArrayBuffer>;
  gzip: Uint8Array<ArrayBuffer>;
  /** `sha384-…` as an integrity attribute takes it. */
  integrity: string;
}

/** What shows the OpenAPI document on a page. */
export interface ViewerFiles {
  script: WidgetFile;
  style: WidgetFile;
}

/** Pages that only the embedded product shows. */
export interface HomePages {
  /** HTML with `__API__` where the API's address belongs. */
  demo: string;
  /** The code that connects an extension; it holds the admin key. */
  connectionCode: (origin: string) => string;
  /** No browser speaks HTTP/1.0, but many proxies do by default, and tell nothing else of themselves. */
  speaksHttp10: (context: Context) => boolean;
}

/** A request that failed on our side, as far as a log may know of it. */
export interface Incident {
  requestId: string;
  method: string;
  /** The pattern, such as `/leads/:id`: what a caller puts in its place may be personal. */
  route: string;
  error: unknown;
}

/** Everything the app touches outside itself. Runtimes make it, tests make their own. */
export interface Deps {
  config: Config;
  database: Database;
  authenticate: Authenticate;
  widget: WidgetFiles;
  home: HomePages | null;
  /** Reads the viewer of /docs; null where there is none. */
  viewer: (() => ViewerFiles) | null;
  /** Never the caller's, and nobody can guess it: it is also the nonce of our pages. */
  newRequestId: () => string;
  /** Milliseconds that only grow: how long something took, not when it was. */
  clock: () => number;
  /** Resolves after so many milliseconds. */
  wait: (milliseconds: number) => Promise<unknown>;
  /** Where callers reach `/` of this API, without a slash at the end: for links and tags. */
  publicBase: (request: Request) => string;
  /** The caller's address, or null where the runtime knows none. */
  remoteAddress: (context: Context) => string | null;
  /** Called for every 5xx. Must not log bodies, queries or messages of Postgres: they may quote personal data. */
  report: (incident: Incident) => void;
}

/** What the middleware leaves for the routes; the identity only where a role is asked for. */
export type AppEnv = { Variables: { requestId: string; identity: Identity } };
