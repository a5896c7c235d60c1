import { z } from 'zod';
import { historyReply } from '../../../shared/contract/changes.ts';
import {
  convertedReply,
  lead,
  leadDeletedReply,
  leadId,
  leadPatch,
  leadReply,
  leadsQuery,
  leadsReply,
} from '../../../shared/contract/lead.ts';
import { user } from '../../../shared/contract/user.ts';
import type { Json } from '../../database/database.ts';
import type { Deps } from '../deps.ts';
import { digestOf, historyIn, ifMatchHeader, recordReader, storedPage, storedRow } from '../records.ts';
import { type Route, route } from '../route.ts';

const params = z.object({ id: leadId });
const { list, one } = recordReader('lead', lead);
const users = recordReader('user', user);
const converted = z.object({ lead: storedRow, user: storedRow, created: z.boolean() });

/** /leads and /leads/:id, for those who work them. */
export function leadsRoutes({ database }: Deps): Route[] {
  return [
    route(
      {
        method: 'GET',
        path: '/leads',
        summary: 'List leads, newest first',
        who: 'viewer',
        query: leadsQuery,
        replies: { 200: leadsReply },
      },
      async ({ context, query }) => {
        const { rows, ...page } = storedPage.parse(await database.call('crm_list_leads', query));
        const { records, malformed } = list(rows);
        return context.json({ success: true, leads: records, malformed, ...page });
      },
    ),
    route(
      {
        method: 'GET',
        path: '/leads/:id',
        summary: 'Read one lead',
        who: 'viewer',
        params,
        replies: { 200: leadReply },
        errors: ['not_found', 'conflict'],
      },
      async ({ context, params }) => {
        const row = await database.call('crm_get_lead', params);
        return context.json({ success: true, lead: one(context, row), ...digestOf(row) });
      },
    ),
    route(
      {
        method: ['PATCH', 'PUT'],
        path: '/leads/:id',
        summary: 'Change fields of a lead; null removes one, fields left out stay',
        who: 'admin',
        params,
        headers: ifMatchHeader,
        body: leadPatch,
        example: { status: 'contacted', notes: 'Called on Monday.' },
        replies: { 200: leadReply },
        errors: ['not_found', 'conflict'],
      },
      async ({ context, params, headers, body, actor }) => {
        const payload = { ...params, patch: body, actor, ifMatch: headers['If-Match'] };
        const row = await database.call('crm_update_lead', payload as Json);
        return context.json({ success: true, lead: one(context, row) });
      },
    ),
    route(
      {
        method: 'DELETE',
        path: '/leads/:id',
        summary: 'Erase a lead and what the log says of the person',
        who: 'admin',
        params,
        headers: ifMatchHeader,
        replies: { 200: leadDeletedReply },
        errors: ['not_found', 'conflict'],
      },
      async ({ context, params, headers, actor }) => {
        await database.call('crm_delete_lead', { ...params, actor, ifMatch: headers['If-Match'] });
        return context.json({ success: true, deleted: params.id });
      },
    ),
    route(
      {
        method: 'POST',
        path: '/leads/:id/convert',
        summary: 'Make a lead a user: the one who has its email, or a new one. Again gives the same',
        who: 'admin',
        params,
        headers: ifMatchHeader,
        replies: { 200: convertedReply },
        errors: ['not_found', 'conflict'],
      },
      async ({ context, params, headers, actor }) => {
        const payload = { ...params, actor, ifMatch: headers['If-Match'] };
        const result = converted.parse(await database.call('crm_convert_lead', payload));
        const user = users.one(context, result.user);
        return context.json({ success: true, lead: one(context, result.lead), user, created: result.created });
      },
    ),
    route(
      {
        method: 'GET',
        path: '/leads/:id/history',
        summary: 'Every write on one lead',
        who: 'viewer',
        params,
        replies: { 200: historyReply },
        errors: ['not_found'],
      },
      async ({ context, params }) => {
        const history = historyIn(await database.call('crm_list_lead_history', params));
        return context.json({ success: true, history });
      },
    ),
  ];
}
