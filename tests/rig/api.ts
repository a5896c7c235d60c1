import { setTimeout as wait } from 'node:timers/promises';
import { getConnInfo } from '@hono/node-server/conninfo';
import { createApp } from '../../api/app.ts';
import type { Authenticate } from '../../api/auth/identity.ts';
import { keyAuthentication } from '../../api/auth/key-authentication.ts';
import { readConfig } from '../../api/config.ts';
import type { Incident } from '../../api/http/deps.ts';
import { callerAddress } from '../../api/http/request/address.ts';
import { publicOrigin } from '../../api/http/request/public-origin.ts';
import { listen, speaksHttp10 } from '../../api/node/listen.ts';
import { readDemoPage, readViewerFiles, readWidgetFiles } from '../../api/node/widget-files.ts';
import { encodeConnectionCode } from '../../shared/contract/connection-code.ts';
import { createTestDatabase, type TestDatabase } from './database.ts';
import { openTestDriver } from './test-driver.ts';

export const ADMIN_KEY = 'admin-key-of-the-tests';
export const VIEWER_KEY = 'viewer-key-of-the-tests';

export interface TestApi {
  url: string;
  adminKey: string;
  viewerKey: string;
  database: TestDatabase;
  sql: TestDatabase['sql'];
  /** What was reported as failing on our side. */
  incidents: Incident[];
  /** Sends JSON with a key, unless `key` is null. */
  request(method: string, path: string, options?: RequestOptions): Promise<Response>;
  close(): Promise<void>;
}

export interface RequestOptions {
  key?: string | null;
  body?: unknown;
  headers?: Record<string, string>;
}

/**
 * The real app on Node's HTTP server and a database of its own.
 * @param environment settings as `npm start` takes them; rate limits are lifted unless given
 * @param authenticate who is let in; the two keys unless given
 */
export async function startApi(
  environment: Record<string, string> = {},
  authenticate: Authenticate = keyAuthentication({ admin: ADMIN_KEY, viewer: VIEWER_KEY }),
): Promise<TestApi> {
  const database = await createTestDatabase();
  const config = readConfig({ RATE_LIMIT_PER_IP: '0', RATE_LIMIT_GLOBAL: '0', ...environment });
  const door = await openTestDriver(database.url);
  const incidents: Incident[] = [];
  const app = createApp({
    config,
    database: door,
    authenticate,
    widget: readWidgetFiles(),
    home: {
      demo: readDemoPage(),
      connectionCode: (origin) => encodeConnectionCode({ url: origin, key: ADMIN_KEY }),
      speaksHttp10,
    },
    viewer: readViewerFiles,
    newRequestId: () => crypto.randomUUID(),
    clock: () => performance.now(),
    wait,
    publicBase: (request) => publicOrigin(request, config.TRUST_PROXY),
    remoteAddress: (context) =>
      callerAddress(getConnInfo(context).remote.address, context.req.header('X-Forwarded-For'), config.TRUST_PROXY),
    report: (incident) => incidents.push(incident),
  });
  const server = await listen(app, '127.0.0.1', 0);

  return {
    url: server.url,
    adminKey: ADMIN_KEY,
    viewerKey: VIEWER_KEY,
    database,
    sql: database.sql,
    incidents,
    request: withKey(server.url),
    async close() {
      await server.close();
      await door.close();
      await database.drop();
    },
  };
}

/** Sends JSON to an API at this address, with the admin key unless another or none is given. */
export function withKey(url: string): TestApi['request'] {
  return (method, path, { key = ADMIN_KEY, body, headers = {} } = {}) =>
    fetch(url + path, {
      method,
      redirect: 'manual',
      headers: {
        ...(key !== null && { Authorization: `Bearer ${key}` }),
        ...(body !== undefined && { 'Content-Type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
}
