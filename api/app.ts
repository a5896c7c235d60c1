import { Hono } from 'hono';
import { cors } from 'hono/cors';
import { routePath } from 'hono/route';
import { ApiError, errorResponse } from './errors.ts';
import type { AppEnv, Deps } from './http/deps.ts';
import { mount } from './http/route.ts';
import { captureFailure, captureRoutes } from './http/routes/capture.ts';
import { diagnosticsRoutes } from './http/routes/diagnostics.ts';
import { docsRoutes } from './http/routes/docs.ts';
import { healthRoutes } from './http/routes/health.ts';
import { heldRoutes } from './http/routes/held-submissions.ts';
import { homeRoutes } from './http/routes/home.ts';
import { leadsRoutes } from './http/routes/leads.ts';
import { ordersRoutes } from './http/routes/orders.ts';
import { seedRoutes } from './http/routes/seed.ts';
import { statsRoutes } from './http/routes/stats.ts';
import { syncRoutes } from './http/routes/sync.ts';
import { usersRoutes } from './http/routes/users.ts';
import { widgetRoutes } from './http/routes/widget.ts';

/** Where the function of the first installs answered; their pages still post there. */
const LEGACY_BASE = '/make-server-3cbf86a5';

/**
 * The whole API as one function from Request to Response. It keeps no state and touches nothing but its deps, so every
 * runtime and every test makes its own.
 */
export function createApp(deps: Deps): Hono<AppEnv> {
  const app = new Hono<AppEnv>({ strict: false });

  app.use(async (context, next) => {
    context.set('requestId', deps.newRequestId());
    await next();
    const { res, req, error } = context;
    if (res.status >= 500) {
      const requestId = context.get('requestId');
      deps.report({ requestId, method: req.method, route: routePath(context, -1), error });
    }
    context.header('X-Request-Id', context.get('requestId'));
    context.header('X-Content-Type-Options', 'nosniff');
    if (!context.res.headers.has('Cache-Control')) context.header('Cache-Control', 'no-store');
  });

  const api = new Hono<AppEnv>({ strict: false });
  // No cookies, no credentials: a page of another origin can do no more than its visitor's keys allow.
  api.use(
    cors({
      origin: '*',
      allowMethods: ['GET', 'POST', 'PATCH', 'PUT', 'DELETE'],
      exposeHeaders: ['ETag', 'Idempotent-Replayed', 'Retry-After', 'X-Request-Id'],
      maxAge: 7200,
    }),
  );
  const routes = [
    ...healthRoutes(deps),
    ...leadsRoutes(deps),
    ...usersRoutes(deps),
    ...ordersRoutes(deps),
    ...heldRoutes(deps),
    ...statsRoutes(deps),
    ...seedRoutes(deps),
    ...syncRoutes(deps),
    ...diagnosticsRoutes(deps),
    ...widgetRoutes(deps),
    ...docsRoutes(deps, api),
  ];
  api.route('/', mount(captureRoutes(deps), deps).onError(captureFailure));
  api.route('/', mount(routes, deps));

  // Before the API: these pages must stay out of reach of other origins' scripts.
  if (deps.home) app.route('/', homeRoutes(deps, deps.home));
  app.route('/', api);
  app.route(LEGACY_BASE, api);

  app.notFound((context) =>
    errorResponse(
      new ApiError('not_found', `There is no ${context.req.method} here. GET /docs lists every route.`, {
        reason: 'path_unknown',
        params: { method: context.req.method },
        fields: { path: 'No route of this API.' },
      }),
      context.get('requestId'),
    ),
  );
  app.onError((error, context) => errorResponse(error, context.get('requestId')));
  return app;
}
