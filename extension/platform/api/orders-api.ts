import { z } from 'zod';
import { historyReply } from '../../../shared/contract/changes.ts';
import {
  type Order,
  orderDeletedReply,
  type orderPatch,
  orderReply,
  type orderRequest,
  ordersReply,
  shownOrder,
  type timelineRequest,
} from '../../../shared/contract/order.ts';
import type { Api } from './api.ts';
import { readRows, readWith } from './rows.ts';

export type OrderPatch = z.input<typeof orderPatch>;
export type NewOrder = z.input<typeof orderRequest>;
export type TimelineEntry = z.input<typeof timelineRequest>;

/** `GET /orders` takes these; empty texts mean no filter. */
interface OrdersQuery {
  q?: string;
  status?: string;
  limit?: number;
  cursor?: string;
}

const ordersPage = ordersReply.extend({ orders: z.array(z.unknown()) }).transform(({ orders, malformed, ...page }) => {
  const { rows, odd } = readRows(shownOrder, 'order', orders);
  return { ...page, rows, malformed: [...malformed, ...odd] };
});

const one = (id: string) => `/orders/${encodeURIComponent(id)}`;

/** The API's routes for orders. All of them throw Failure. */
export function createOrdersApi(api: Api) {
  return {
    list: (query: OrdersQuery, signal?: AbortSignal) =>
      api('GET', '/orders', ordersPage, { query: { ...query }, signal }),
    listOf: (userId: string, query: OrdersQuery, signal?: AbortSignal) =>
      api('GET', `/users/${encodeURIComponent(userId)}/orders`, ordersPage, { query: { ...query }, signal }),
    get: async (id: string, signal?: AbortSignal): Promise<Order> => {
      const reply = await api('GET', one(id), orderReply, { signal });
      return readWith(reply.order, reply.digest);
    },
    create: async (body: NewOrder): Promise<Order> => (await api('POST', '/orders', orderReply, { body })).order,
    update: async (id: string, body: OrderPatch, ifMatch?: string | null): Promise<Order> =>
      (await api('PATCH', one(id), orderReply, { body, ifMatch })).order,
    addEntry: async (id: string, body: TimelineEntry): Promise<Order> =>
      (await api('POST', `${one(id)}/timeline`, orderReply, { body })).order,
    remove: (id: string, ifMatch?: string | null) => api('DELETE', one(id), orderDeletedReply, { ifMatch }),
    history: async (id: string, signal?: AbortSignal) =>
      (await api('GET', `${one(id)}/history`, historyReply, { signal })).history,
  };
}
