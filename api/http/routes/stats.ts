import { Hono } from 'hono';
import { statsQuery, statsReply } from '../../../shared/contract/stats.ts';
import { requireRole } from '../../auth/require-role.ts';
import type { AppEnv, Deps } from '../deps.ts';
import { operation } from '../openapi.ts';
import { validateQuery } from '../request/validate.ts';

const figures = statsReply.omit({ success: true });

/** GET /stats: the figures of the overview, counted now. */
export function statsRoutes(deps: Deps) {
  return new Hono<AppEnv>().get(
    '/stats',
    operation({
      summary: 'Totals and daily series, in one snapshot',
      role: 'viewer',
      query: statsQuery,
      replies: { 200: statsReply },
    }),
    requireRole('viewer', deps),
    async (context) => {
      const query = validateQuery(statsQuery, context.req.raw);
      return context.json({ success: true, ...figures.parse(await deps.database.call('crm_get_stats', query)) });
    },
  );
}
