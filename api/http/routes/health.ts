import { z } from 'zod';
import { errorReply } from '../../../shared/contract/errors.ts';
import { authMethods, databaseHealth, healthReply, sessionReply } from '../../../shared/contract/health.ts';
import { projectRef, signInMethods } from '../../auth/sign-in.ts';
import { SCHEMA_VERSION } from '../../database/database.ts';
import { ApiError, errorResponse } from '../../errors.ts';
import type { Deps } from '../deps.ts';
import { type Route, route } from '../route.ts';

const state = z.object({ engine: z.string(), table: z.string(), schemaVersion: z.number() });

const downReply = errorReply.extend({
  status: z.literal('unavailable'),
  version: z.string(),
  database: databaseHealth.extend({ engine: z.null(), ok: z.literal(false) }),
  auth: authMethods,
});

/** GET /health: asks Postgres now, and says what it answered. GET /session: tells callers who they are here. */
export function healthRoutes({ database, config, widget }: Deps): Route[] {
  const auth = signInMethods(config);
  const project = projectRef(config);
  return [
    route(
      {
        method: 'GET',
        path: '/health',
        summary: 'Is the service working, and how to sign in',
        who: 'everybody',
        replies: { 200: healthReply, 500: downReply, 503: downReply },
      },
      async ({ context }) => {
        const { version } = widget;
        try {
          const { engine, table, schemaVersion } = state.parse(await database.call('crm_check_health', {}));
          if (table !== config.KV_TABLE) {
            throw new ApiError(
              'schema_missing',
              `The database works on table ${table}, this API on ${config.KV_TABLE}. Run \`npm run migrate\` with the right KV_TABLE.`,
              { reason: 'table_differs', params: { table, configured: config.KV_TABLE } },
            );
          }
          if (schemaVersion !== SCHEMA_VERSION) {
            throw new ApiError(
              'schema_missing',
              `The database has schema version ${schemaVersion}, this API needs ${SCHEMA_VERSION}. Run \`npm run migrate\`.`,
              { reason: 'schema_version_differs', params: { version: schemaVersion, expected: SCHEMA_VERSION } },
            );
          }
          return context.json({
            success: true,
            status: 'ok',
            version,
            database: { engine, table, ok: true, projectRef: project },
            currency: config.CURRENCY,
            auth,
          });
        } catch (error) {
          if (error instanceof Error) context.error = error;
          const response = errorResponse(error, context.get('requestId'));
          const body: object = await response.json();
          const down = {
            status: 'unavailable',
            version,
            database: { engine: null, table: config.KV_TABLE, ok: false, projectRef: project },
            auth,
          };
          return new Response(JSON.stringify({ ...body, ...down }), response);
        }
      },
    ),
    route(
      {
        method: 'GET',
        path: '/session',
        summary: 'Whose key or session this is, and what it may do',
        who: 'viewer',
        replies: { 200: sessionReply },
      },
      ({ context }) => context.json({ success: true, ...context.get('identity') }),
    ),
  ];
}
