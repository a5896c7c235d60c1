import { changesQuery, changesReply } from '../../../shared/contract/changes.ts';
import { statsQuery, statsReply } from '../../../shared/contract/stats.ts';
import type { Database } from '../../database/database.ts';
import { ApiError } from '../../errors.ts';
import type { Deps } from '../deps.ts';
import { type Route, route } from '../route.ts';
import { RENAMED_ZONES } from './renamed-zones.ts';

const figures = statsReply.omit({ success: true });
const page = changesReply.omit({ success: true });

/** The figures in the zone that was asked for, by its later name where this Postgres does not know the first one. */
async function countIn(database: Database, query: { days: number; timeZone: string }) {
  const count = async (timeZone: string) => figures.parse(await database.call('crm_get_stats', { ...query, timeZone }));
  try {
    return await count(query.timeZone);
  } catch (error) {
    const later = RENAMED_ZONES[query.timeZone];
    if (!later || !(error instanceof ApiError) || error.details.reason !== 'time_zone_unknown') throw error;
    const { series, ...others } = await count(later);
    return { ...others, series: { ...series, timeZone: query.timeZone } };
  }
}

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
      async ({ context, query }) => context.json({ success: true, ...(await countIn(database, query)) }),
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
