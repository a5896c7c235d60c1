import { z } from 'zod';
import {
  heldDeletedReply,
  heldId,
  heldListReply,
  heldQuery,
  heldReleasedReply,
} from '../../../shared/contract/capture.ts';
import type { Deps } from '../deps.ts';
import { type Route, route } from '../route.ts';

const params = z.object({ id: heldId });
const page = heldListReply.omit({ success: true });
const released = heldReleasedReply.omit({ success: true });

/** /held: submissions that looked suspicious, until a person releases or deletes them. */
export function heldRoutes({ database }: Deps): Route[] {
  return [
    route(
      {
        method: 'GET',
        path: '/held',
        summary: 'List held submissions, newest first',
        who: 'viewer',
        query: heldQuery,
        replies: { 200: heldListReply },
      },
      async ({ context, query }) =>
        context.json({ success: true, ...page.parse(await database.call('crm_list_held', query)) }),
    ),
    route(
      {
        method: 'POST',
        path: '/held/:id/release',
        summary: 'Make a held submission a lead',
        who: 'admin',
        params,
        replies: { 200: heldReleasedReply },
        errors: ['not_found'],
      },
      async ({ context, params, actor }) => {
        const found = await database.call('crm_release_held', { ...params, actor });
        return context.json({ success: true, ...released.parse(found) });
      },
    ),
    route(
      {
        method: 'DELETE',
        path: '/held/:id',
        summary: 'Delete a held submission',
        who: 'admin',
        params,
        replies: { 200: heldDeletedReply },
        errors: ['not_found'],
      },
      async ({ context, params }) => {
        await database.call('crm_delete_held', params);
        return context.json({ success: true, deleted: params.id });
      },
    ),
  ];
}
