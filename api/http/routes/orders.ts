import { type Context, Hono } from 'hono';
import { z } from 'zod';
import { historyReply } from '../../../shared/contract/changes.ts';
import {
  order,
  orderDeletedReply,
  orderId,
  orderPatch,
  orderReply,
  orderRequest,
  ordersQuery,
  ordersReply,
  shownOrder,
  timelineRequest,
} from '../../../shared/contract/order.ts';
import { userId } from '../../../shared/contract/user.ts';
import { requireRole } from '../../auth/require-role.ts';
import type { Json } from '../../database/database.ts';
import type { AppEnv, Deps } from '../deps.ts';
import { operation } from '../openapi.ts';
import { digestOf, ifMatch, ifMatchHeader, recordReader, storedPage, storedRow } from '../records.ts';
import { jsonBody, readJson } from '../request/json-body.ts';
import { idempotencyHeader, validateSubmission } from '../request/submission.ts';
import { validate, validateQuery } from '../request/validate.ts';

const path = z.object({ id: orderId });
const userPath = z.object({ id: userId });
const row = storedRow.extend({ nextStatuses: shownOrder.shape.nextStatuses });
const { list, one } = recordReader('order', order);
const created = z.object({ replayed: z.boolean() });
const historyRows = z.object({ changes: historyReply.shape.history });

/** /orders and /orders/:id, and the orders of one user. */
export function ordersRoutes(deps: Deps) {
  const { database } = deps;
  const viewer = requireRole('viewer', deps);
  const admin = requireRole('admin', deps);

  const idOf = (context: Context) => validate(path, context.req.param()).id;
  const actorOf = (context: Context<AppEnv>) => context.get('identity').actor;

  function reply(context: Context<AppEnv>, found: unknown, status: 200 | 201 = 200) {
    const { nextStatuses } = row.parse(found);
    return context.json({ success: true, order: { ...one(context, found), nextStatuses }, ...digestOf(found) }, status);
  }

  function listReply(context: Context<AppEnv>, found: unknown) {
    const { rows, ...page } = storedPage.extend({ rows: z.array(row) }).parse(found);
    const next = new Map(rows.map(({ key, nextStatuses }) => [key, nextStatuses]));
    const { records, malformed } = list(rows);
    const orders = records.map((record) => ({ ...record, nextStatuses: next.get(`order:${record.id}`) }));
    return context.json({ success: true, orders, malformed, ...page });
  }

  async function update(context: Context<AppEnv>) {
    const id = idOf(context);
    const patch = await jsonBody(context.req.raw, orderPatch);
    const payload = { id, patch, actor: actorOf(context), ...ifMatch(context) };
    return reply(context, await database.call('crm_update_order', payload as Json));
  }

  const updating = operation({
    summary: 'Change fields of an order or take its next step; null removes a field, fields left out stay',
    role: 'admin',
    path,
    headers: ifMatchHeader,
    body: orderPatch,
    replies: { 200: orderReply },
    errors: ['not_found', 'conflict'],
  });

  return new Hono<AppEnv>()
    .post(
      '/orders',
      operation({
        summary: 'Create an order for a user; the same submissionId again gives the order as it is now',
        role: 'admin',
        headers: idempotencyHeader,
        body: orderRequest,
        replies: { 200: orderReply, 201: orderReply },
        errors: ['not_found', 'conflict', 'idempotency_mismatch'],
      }),
      admin,
      async (context) => {
        const { raw } = context.req;
        const { submissionId, ...order } = validateSubmission(orderRequest, await readJson(raw), raw.headers);
        const payload = { order, actor: actorOf(context), ...(submissionId && { submissionId }) };
        const found = await database.call('crm_create_order', payload as Json);
        const { replayed } = created.parse(found);
        if (replayed) context.header('Idempotent-Replayed', 'true');
        return reply(context, found, replayed ? 200 : 201);
      },
    )
    .get(
      '/orders',
      operation({
        summary: 'List orders, newest first',
        role: 'viewer',
        query: ordersQuery,
        replies: { 200: ordersReply },
      }),
      viewer,
      async (context) =>
        listReply(context, await database.call('crm_list_orders', validateQuery(ordersQuery, context.req.raw))),
    )
    .get(
      '/users/:id/orders',
      operation({
        summary: 'List the orders of one user, newest first',
        role: 'viewer',
        path: userPath,
        query: ordersQuery,
        replies: { 200: ordersReply },
        errors: ['not_found'],
      }),
      viewer,
      async (context) => {
        const { id } = validate(userPath, context.req.param());
        const query = validateQuery(ordersQuery, context.req.raw);
        return listReply(context, await database.call('crm_list_user_orders', { ...query, id }));
      },
    )
    .get(
      '/orders/:id',
      operation({
        summary: 'Read one order',
        role: 'viewer',
        path,
        replies: { 200: orderReply },
        errors: ['not_found', 'conflict'],
      }),
      viewer,
      async (context) => reply(context, await database.call('crm_get_order', { id: idOf(context) })),
    )
    .patch('/orders/:id', updating, admin, update)
    .put('/orders/:id', updating, admin, update)
    .delete(
      '/orders/:id',
      operation({
        summary: 'Erase an order and take it back from the totals of its user',
        role: 'admin',
        path,
        headers: ifMatchHeader,
        replies: { 200: orderDeletedReply },
        errors: ['not_found', 'conflict'],
      }),
      admin,
      async (context) => {
        const id = idOf(context);
        await database.call('crm_delete_order', { id, actor: actorOf(context), ...ifMatch(context) });
        return context.json({ success: true, deleted: id });
      },
    )
    .post(
      '/orders/:id/timeline',
      operation({
        summary: 'Add an entry to the timeline of an order, with the step it is',
        role: 'admin',
        path,
        headers: ifMatchHeader,
        body: timelineRequest,
        replies: { 200: orderReply },
        errors: ['not_found', 'conflict'],
      }),
      admin,
      async (context) => {
        const id = idOf(context);
        const entry = await jsonBody(context.req.raw, timelineRequest);
        const payload = { id, ...entry, actor: actorOf(context), ...ifMatch(context) };
        return reply(context, await database.call('crm_add_order_event', payload as Json));
      },
    )
    .get(
      '/orders/:id/history',
      operation({
        summary: 'Every write on one order',
        role: 'viewer',
        path,
        replies: { 200: historyReply },
        errors: ['not_found'],
      }),
      viewer,
      async (context) => {
        const { changes } = historyRows.parse(await database.call('crm_list_order_history', { id: idOf(context) }));
        return context.json({ success: true, history: changes });
      },
    );
}
