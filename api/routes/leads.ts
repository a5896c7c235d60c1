import { type Context, Hono } from 'hono';
import { z } from 'zod';
import { historyReply } from '../../shared/changes.ts';
import { type Lead, lead, leadId, leadPatch } from '../../shared/lead.ts';
import { leadDeletedReply, leadReply, leadsQuery, leadsReply } from '../../shared/leads.ts';
import type { Json } from '../database.ts';
import type { AppEnv, Deps } from '../deps.ts';
import { ApiError } from '../errors.ts';
import { requireRole } from '../middleware/require-role.ts';
import { operation } from '../openapi.ts';
import { decodeText, mediaType, parseJson, readBody } from '../request/body.ts';
import { validate, validateQuery } from '../request/validate.ts';

// Whatever stands in the table: checking it here would let one odd row take the whole list down.
const row = z.object({ key: z.string(), value: z.unknown() });
const list = z.object({
  rows: z.array(row),
  nextCursor: z.string().nullable(),
  changesCursor: z.string(),
  total: z.number().optional(),
});

/** What may stand between the quotes of an entity tag (RFC 9110, section 8.8.3), as long as we accept it. */
const TAG = /^[\x21\x23-\x7e]{1,64}$/;

const path = z.object({ id: leadId });
const headers = z.object({ 'If-Match': z.string().optional() });

/** Rows are written by older installs and by hand too: a row that is no lead is named, and the others still show. */
function readRow({
  key,
  value,
}: z.infer<typeof row>): { lead: Lead } | { malformed: { key: string; problem: string } } {
  const result = lead.safeParse(value);
  if (!result.success) {
    const issue = result.error.issues[0];
    return { malformed: { key, problem: `${issue?.path.join('.') || 'value'}: ${issue?.message ?? 'not valid'}` } };
  }
  if (key !== `lead:${result.data.id}`) return { malformed: { key, problem: `id: says ${result.data.id}` } };
  return { lead: result.data };
}

function oneLead(context: Context<AppEnv>, found: unknown) {
  const read = readRow(row.parse(found));
  if ('malformed' in read) {
    const { key, problem } = read.malformed;
    throw new ApiError(
      'conflict',
      `The row ${key} is stored but is no lead (${problem}). It is left as it is; mend it in SQL.`,
    );
  }
  const { updatedAt } = read.lead;
  // Written by hand it may be anything; a tag that If-Match could not take back is none.
  if (updatedAt && TAG.test(updatedAt)) context.header('ETag', `"${updatedAt}"`);
  return context.json({ success: true, lead: read.lead });
}

/** The updatedAt that the caller last saw, or undefined when any will do (RFC 9110, section 13.1.1). */
function ifMatch(context: Context): { ifMatch?: string } {
  const header = context.req.header('If-Match')?.trim();
  if (!header || header === '*') return {};
  const tag = header.match(/^"(.*)"$/)?.[1];
  if (!tag || !TAG.test(tag))
    throw new ApiError('invalid_request', 'If-Match takes one quoted updatedAt, like "2026-11-22T12:00:00.000Z".');
  return { ifMatch: tag };
}

/** /leads and /leads/:id, for those who work them. */
export function leadsRoutes(deps: Deps) {
  const { database } = deps;
  const viewer = requireRole('viewer', deps);
  const admin = requireRole('admin', deps);

  async function update(context: Context<AppEnv>) {
    const { id } = validate(path, context.req.param());
    mediaType(context.req.raw, ['application/json']);
    const patch = validate(leadPatch, parseJson(decodeText(await readBody(context.req.raw))));
    const payload = { id, patch, actor: context.get('identity').actor, ...ifMatch(context) };
    return oneLead(context, await database.call('crm_update_lead', payload as Json));
  }

  const updating = operation({
    summary: 'Change fields of a lead; null removes one, fields left out stay',
    role: 'admin',
    path,
    headers,
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
        const { rows, ...page } = list.parse(await database.call('crm_list_leads', query));
        const read = rows.map(readRow);
        return context.json({
          success: true,
          leads: read.flatMap((entry) => ('lead' in entry ? [entry.lead] : [])),
          malformed: read.flatMap((entry) => ('malformed' in entry ? [entry.malformed] : [])),
          ...page,
        });
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
        return oneLead(context, await database.call('crm_get_lead', { id }));
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
        headers,
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

const historyRows = z.object({ changes: historyReply.shape.history });
