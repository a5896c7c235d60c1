import { Hono } from 'hono';
import { changesQuery, changesReply } from '../../../shared/contract/changes.ts';
import { requireRole } from '../../auth/require-role.ts';
import type { AppEnv, Deps } from '../deps.ts';
import { operation } from '../openapi.ts';
import { validateQuery } from '../request/validate.ts';

const page = changesReply.omit({ success: true });

/** GET /changes: what was written since a cursor, whoever wrote it. */
export function changesRoutes(deps: Deps) {
  return new Hono<AppEnv>().get(
    '/changes',
    operation({
      summary: 'What changed since a cursor, oldest first',
      role: 'viewer',
      query: changesQuery,
      replies: { 200: changesReply },
    }),
    requireRole('viewer', deps),
    async (context) => {
      const query = validateQuery(changesQuery, context.req.raw);
      return context.json({ success: true, ...page.parse(await deps.database.call('crm_list_changes', query)) });
    },
  );
}
