import { afterAll, beforeAll, expect, it } from 'vitest';
import { historyReply } from '../../shared/contract/changes.ts';
import { errorReply } from '../../shared/contract/errors.ts';
import { orderDeletedReply, orderReply, ordersReply } from '../../shared/contract/order.ts';
import { userReply } from '../../shared/contract/user.ts';
import { startApi, type TestApi } from '../rig/api.ts';
import { createOrder, createUser, newOrder } from './operations.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

const one = async (reply: Response) => orderReply.parse(await reply.json()).order;
const patch = (id: string, body: unknown, headers: Record<string, string> = {}) =>
  api.request('PATCH', `/orders/${id}`, { body, headers });
const userOf = async (id: string) => userReply.parse(await (await api.request('GET', `/users/${id}`)).json()).user;

it('are created, listed, changed, told of and erased, and their user follows', async () => {
  const userId = await createUser(api);
  const created = await api.request('POST', '/orders', { body: newOrder(userId, { tax: 5.05, total: 114.95 }) });
  expect(created.status).toBe(201);
  const order = await one(created);
  expect(created.headers.get('ETag')).toBe(`"${order.updatedAt}"`);
  expect(order).toMatchObject({
    userId,
    subtotal: 99.9,
    total: 114.95,
    discount: 0,
    nextStatuses: ['processing', 'cancelled'],
  });
  expect(await userOf(userId)).toMatchObject({ totalOrders: 1, totalSpent: 114.95, loyaltyPoints: 11 });

  const list = async (path: string) => ordersReply.parse(await (await api.request('GET', path)).json());
  expect(await list(`/users/${userId}/orders?total=1`)).toMatchObject({ orders: [order], malformed: [], total: 1 });
  expect(await list(`/orders?q=${order.orderNumber}&status=pending-payment`)).toMatchObject({ orders: [order] });

  const event = { note: 'Paid at the counter.', status: 'processing' };
  const told = await one(await api.request('POST', `/orders/${order.id}/timeline`, { body: event }));
  expect(told).toMatchObject({ status: 'processing', paymentStatus: 'paid' });
  expect(told.timeline?.at(-1)).toMatchObject({ ...event, actor: 'key:admin' });
  expect((await patch(order.id, { notes: 'x' }, { 'If-Match': `"${order.updatedAt}"` })).status).toBe(409);
  await patch(order.id, { trackingNumber: 'MY1', notes: 'fragile' });
  const refunded = await one(await patch(order.id, { status: 'refunded', notes: '' }));
  expect(refunded).toMatchObject({ trackingNumber: 'MY1', paymentStatus: 'refunded', nextStatuses: [] });
  expect(refunded).not.toHaveProperty('notes');
  expect(await userOf(userId)).toMatchObject({ totalOrders: 1, totalSpent: 0, loyaltyPoints: 0 });

  expect((await api.request('DELETE', `/users/${userId}`)).status).toBe(409);
  const erased = await api.request('DELETE', `/orders/${order.id}`);
  expect(orderDeletedReply.parse(await erased.json()).deleted).toBe(order.id);
  expect((await api.request('DELETE', `/orders/${order.id}`)).status).toBe(404);
  expect(await userOf(userId)).toMatchObject({ totalOrders: 0 });
  const { history } = historyReply.parse(await (await api.request('GET', `/orders/${order.id}/history`)).json());
  expect(history.map(({ operation }) => operation)).toEqual(['insert', 'update', 'update', 'update', 'delete']);
});

it('take one step after the other, and a wrong one is a 409 that names the allowed ones', async () => {
  const id = await createOrder(api);
  const reply = await patch(id, { status: 'delivered' });
  expect(reply.status).toBe(409);
  const { error } = errorReply.parse(await reply.json());
  expect(error.code).toBe('conflict');
  expect(error.message).toContain('processing, cancelled');
});

it('whose sums do not add up are refused by name', async () => {
  const userId = await createUser(api);
  for (const [name, wrong] of Object.entries({ total: 110, subtotal: 99.91, discount: 200 })) {
    const reply = await api.request('POST', '/orders', { body: newOrder(userId, { [name]: wrong }) });
    expect(reply.status).toBe(400);
    expect(Object.keys(errorReply.parse(await reply.json()).error.fields ?? {})).toEqual([name]);
  }
  expect(await userOf(userId)).toMatchObject({ totalOrders: 0 });
});

it('fifty at once for one user all count', async () => {
  const userId = await createUser(api);
  const replies = await Promise.all(
    Array.from({ length: 50 }, () => api.request('POST', '/orders', { body: newOrder(userId) })),
  );
  const orders = await Promise.all(replies.map(one));
  expect(new Set(orders.map(({ orderNumber }) => orderNumber)).size).toBe(50);
  expect(await userOf(userId)).toMatchObject({ totalOrders: 50, totalSpent: 5_495, loyaltyPoints: 500 });
});

it('that are none are named in the list, are a 409 alone, and can be erased', async () => {
  await api.sql(`insert into kv_store_3cbf86a5 (key, value) values ('order:order_1_odd', '{"id": "order_1_odd"}')`);
  const { malformed } = ordersReply.parse(await (await api.request('GET', '/orders?limit=200')).json());
  expect(malformed).toMatchObject([{ key: 'order:order_1_odd' }]);
  expect((await api.request('GET', '/orders/order_1_odd')).status).toBe(409);
  expect((await patch('order_1_odd', { notes: 'x' })).status).toBe(409);
  expect((await api.request('DELETE', '/orders/order_1_odd')).status).toBe(200);
});
