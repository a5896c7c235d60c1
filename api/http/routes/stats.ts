import { changesQuery, changesReply } from '../../../shared/contract/changes.ts';
import { statsQuery, statsReply } from '../../../shared/contract/stats.ts';
import type { Deps } from '../deps.ts';
import { type Route, route } from '../route.ts';

const figures = statsReply.omit({ success: true });
const page = changesReply.omit({ success: true });

/** GET /stats: the figures of the overview, counted now. GET /changes: what was written since a cursor, whoever wrote it. */
export function statsRoutes({ database }: Deps): Route[] {
  return [
    route(
      {
        method: 'GET',
        path: '/stats',
        summary: 'Totals and daily series, in one snapshot',
        who: 'viewer',
        query: statsQuery,
        replies: { 200: statsReply },
      },
      async ({ context, query }) =>
        context.json({ success: true, ...figures.parse(await database.call('crm_get_stats', query)) }),
    ),
    route(
      {
        method: 'GET',
        path: '/changes',
        summary: 'What changed since a cursor, oldest first',
        who: 'viewer',
        query: changesQuery,
        replies: { 200: changesReply },
      },
      async ({ context, query }) =>
        context.json({ success: true, ...page.parse(await database.call('crm_list_changes', query)) }),
    ),
  ];
}
