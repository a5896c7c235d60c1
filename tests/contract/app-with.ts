import { setTimeout as wait } from 'node:timers/promises';
import type { Hono } from 'hono';
import { createApp } from '../../api/app.ts';
import type { Authenticate } from '../../api/auth/identity.ts';
import { keyAuthentication } from '../../api/auth/key-authentication.ts';
import { readConfig } from '../../api/config.ts';
import type { Database } from '../../api/database/database.ts';
import type { AppEnv, Incident } from '../../api/http/deps.ts';
import { publicOrigin } from '../../api/http/request/public-origin.ts';
import { readViewerFiles, readWidgetFiles } from '../../api/node/widget-files.ts';
import { ADMIN_KEY, VIEWER_KEY } from '../rig/api.ts';

/** The app over a database that the test plays, for failures that a real one does not make on demand. */
export function appWith(
  database: Database,
  environment: Record<string, string> = {},
  authenticate: Authenticate = keyAuthentication({ admin: ADMIN_KEY, viewer: VIEWER_KEY }),
) {
  const incidents: Incident[] = [];
  const config = readConfig(environment);
  const app: Hono<AppEnv> = createApp({
    config,
    database,
    authenticate,
    widget: readWidgetFiles(),
    home: null,
    viewer: readViewerFiles,
    newRequestId: () => crypto.randomUUID(),
    clock: () => performance.now(),
    wait,
    publicBase: (request) => publicOrigin(request, config.TRUST_PROXY),
    remoteAddress: () => '127.0.0.1',
    report: (incident) => incidents.push(incident),
  });
  return { app, incidents };
}

/** A database on which every call fails with this error. */
export function failingDatabase(error: unknown): Database {
  return { call: () => Promise.reject(error), close: async () => undefined };
}
