import { type Context, Hono } from 'hono';
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
import { requireRole } from '../../auth/require-role.ts';
import type { Json } from '../../database/database.ts';
import type { AppEnv, Deps } from '../deps.ts';
import { operation } from '../openapi.ts';
import { digestOf, ifMatch, ifMatchHeader, recordReader, storedPage, storedRow } from '../records.ts';
import { jsonBody } from '../request/json-body.ts';
import { validate, validateQuery } from '../request/validate.ts';

const path = z.object({ id: leadId });
const { list, one } = recordReader('lead', lead);
const converted = z.object({ lead: storedRow, user: storedRow, created: z.boolean() });
const users = recordReader('user', user);
const historyRows = z.object({ changes: historyReply.shape.history });

/** /leads and /leads/:id, for those who work them. */
export function leadsRoutes(deps: Deps) {
  const { database } = deps;
  const viewer = requireRole('viewer', deps);
  const admin = requireRole('admin', deps);

  async function update(context: Context<AppEnv>) {
    const { id } = validate(path, context.req.param());
    const patch = await jsonBody(context.req.raw, leadPatch);
    const payload = { id, patch, actor: context.get('identity').actor, ...ifMatch(context) };
    return context.json({ success: true, lead: one(context, await database.call('crm_update_lead', payload as Json)) });
  }

  const updating = operation({
    summary: 'Change fields of a lead; null removes one, fields left out stay',
    role: 'admin',
    path,
    headers: ifMatchHeader,
    body: leadPatch,
    replies: { 200: leadReply },
    errors: ['not_found', 'conflict'],
  });

  return new Hono<AppEnv>()
    .get(
      '/leads',
      operation({
        summary: 'List leads, newest first',
        role: 'viewer',
        query: leadsQuery,
        replies: { 200: leadsReply },
      }),
      viewer,
      async (context) => {
        const query = validateQuery(leadsQuery, context.req.raw);
        const { rows, ...page } = storedPage.parse(await database.call('crm_list_leads', query));
        const { records, malformed } = list(rows);
        return context.json({ success: true, leads: records, malformed, ...page });
      },
    )
    .get(
      '/leads/:id',
      operation({
        summary: 'Read one lead',
        role: 'viewer',
        path,
        replies: { 200: leadReply },
        errors: ['not_found', 'conflict'],
      }),
      viewer,
      async (context) => {
        const { id } = validate(path, context.req.param());
        const row = await database.call('crm_get_lead', { id });
        return context.json({ success: true, lead: one(context, row), ...digestOf(row) });
      },
    )
    .patch('/leads/:id', updating, admin, update)
    .put('/leads/:id', updating, admin, update)
    .delete(
      '/leads/:id',
      operation({
        summary: 'Erase a lead and what the log says of the person',
        role: 'admin',
        path,
        headers: ifMatchHeader,
        replies: { 200: leadDeletedReply },
        errors: ['not_found', 'conflict'],
      }),
      admin,
      async (context) => {
        const { id } = validate(path, context.req.param());
        await database.call('crm_delete_lead', { id, actor: context.get('identity').actor, ...ifMatch(context) });
        return context.json({ success: true, deleted: id });
      },
    )
    .post(
      '/leads/:id/convert',
      operation({
        summary: 'Make a lead a user: the one who has its email, or a new one. Again gives the same',
        role: 'admin',
        path,
        headers: ifMatchHeader,
        replies: { 200: convertedReply },
        errors: ['not_found', 'conflict'],
      }),
      admin,
      async (context) => {
        const { id } = validate(path, context.req.param());
        const payload = { id, actor: context.get('identity').actor, ...ifMatch(context) };
        const result = converted.parse(await database.call('crm_convert_lead', payload));
        const user = users.one(context, result.user);
        return context.json({ success: true, lead: one(context, result.lead), user, created: result.created });
      },
    )
    .get(
      '/leads/:id/history',
      operation({
        summary: 'Every write on one lead',
        role: 'viewer',
        path,
        replies: { 200: historyReply },
        errors: ['not_found'],
      }),
      viewer,
      async (context) => {
        const { id } = validate(path, context.req.param());
        const { changes } = historyRows.parse(await database.call('crm_list_lead_history', { id }));
        return context.json({ success: true, history: changes });
      },
    );
}
