import type { Context } from 'hono';
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
import type { Json } from '../../database/database.ts';
import type { AppEnv, Deps } from '../deps.ts';
import { digestOf, historyIn, ifMatchHeader, recordReader, storedPage, storedRow } from '../records.ts';
import { readJson } from '../request/body.ts';
import { idempotencyHeader, validateSubmission } from '../request/validate.ts';
import { type Route, route } from '../route.ts';

const params = z.object({ id: orderId });
const row = storedRow.extend({ nextStatuses: shownOrder.shape.nextStatuses });
const { list, one } = recordReader('order', order);
const created = z.object({ replayed: z.boolean() });

/** /orders and /orders/:id, and the orders of one user. */
export function ordersRoutes({ database }: Deps): Route[] {
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

  return [
    route(
      {
        method: 'POST',
        path: '/orders',
        summary: 'Create an order for a user; the same submissionId again gives the order as it is now',
        who: 'admin',
        headers: idempotencyHeader,
        body: orderRequest,
        example: {
          userId: 'user_1736177352123_abc123def',
          items: [{ name: 'Lamp', quantity: 2, price: 49.95 }],
          paymentMethod: 'card',
          shippingAddress: { line1: '1 Jalan Satu', city: 'Ipoh' },
        },
        read: async ({ req }) => validateSubmission(orderRequest, await readJson(req.raw), req.raw.headers),
        replies: { 200: orderReply, 201: orderReply },
        errors: ['not_found', 'conflict', 'idempotency_mismatch'],
      },
      async ({ context, body, actor }) => {
        const { submissionId, ...order } = body;
        const found = await database.call('crm_create_order', { order, actor, submissionId } as Json);
        const { replayed } = created.parse(found);
        if (replayed) context.header('Idempotent-Replayed', 'true');
        return reply(context, found, replayed ? 200 : 201);
      },
    ),
    route(
      {
        method: 'GET',
        path: '/orders',
        summary: 'List orders, newest first',
        who: 'viewer',
        query: ordersQuery,
        replies: { 200: ordersReply },
      },
      async ({ context, query }) => listReply(context, await database.call('crm_list_orders', query)),
    ),
    route(
      {
        method: 'GET',
        path: '/users/:id/orders',
        summary: 'List the orders of one user, newest first',
        who: 'viewer',
        params: z.object({ id: userId }),
        query: ordersQuery,
        replies: { 200: ordersReply },
        errors: ['not_found'],
      },
      async ({ context, params, query }) =>
        listReply(context, await database.call('crm_list_user_orders', { ...query, ...params })),
    ),
    route(
      {
        method: 'GET',
        path: '/orders/:id',
        summary: 'Read one order',
        who: 'viewer',
        params,
        replies: { 200: orderReply },
        errors: ['not_found', 'conflict'],
      },
      async ({ context, params }) => reply(context, await database.call('crm_get_order', params)),
    ),
    route(
      {
        method: ['PATCH', 'PUT'],
        path: '/orders/:id',
        summary: 'Change fields of an order or take its next step; null removes a field, fields left out stay',
        who: 'admin',
        params,
        headers: ifMatchHeader,
        body: orderPatch,
        example: { status: 'processing' },
        replies: { 200: orderReply },
        errors: ['not_found', 'conflict'],
      },
      async ({ context, params, headers, body, actor }) => {
        const payload = { ...params, patch: body, actor, ifMatch: headers['If-Match'] };
        return reply(context, await database.call('crm_update_order', payload as Json));
      },
    ),
    route(
      {
        method: 'DELETE',
        path: '/orders/:id',
        summary: 'Erase an order and take it back from the totals of its user',
        who: 'admin',
        params,
        headers: ifMatchHeader,
        replies: { 200: orderDeletedReply },
        errors: ['not_found', 'conflict'],
      },
      async ({ context, params, headers, actor }) => {
        await database.call('crm_delete_order', { ...params, actor, ifMatch: headers['If-Match'] });
        return context.json({ success: true, deleted: params.id });
      },
    ),
    route(
      {
        method: 'POST',
        path: '/orders/:id/timeline',
        summary: 'Add an entry to the timeline of an order, with the step it is',
        who: 'admin',
        params,
        headers: ifMatchHeader,
        body: timelineRequest,
        example: { note: 'Called the carrier.' },
        replies: { 200: orderReply },
        errors: ['not_found', 'conflict'],
      },
      async ({ context, params, headers, body, actor }) => {
        const payload = { ...params, ...body, actor, ifMatch: headers['If-Match'] };
        return reply(context, await database.call('crm_add_order_event', payload));
      },
    ),
    route(
      {
        method: 'GET',
        path: '/orders/:id/history',
        summary: 'Every write on one order',
        who: 'viewer',
        params,
        replies: { 200: historyReply },
        errors: ['not_found'],
      },
      async ({ context, params }) => {
        const history = historyIn(await database.call('crm_list_order_history', params));
        return context.json({ success: true, history });
      },
    ),
  ];
}
