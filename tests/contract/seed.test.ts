import { afterAll, beforeAll, expect, it } from 'vitest';
import { leadsReply } from '../../shared/contract/lead.ts';
import { ordersReply } from '../../shared/contract/order.ts';
import { seedReply, unseedReply } from '../../shared/contract/seed.ts';
import { statsReply } from '../../shared/contract/stats.ts';
import { usersReply } from '../../shared/contract/user.ts';
import { startApi, type TestApi } from '../rig/api.ts';
import { captureLead } from './operations.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

const leads = async () => leadsReply.parse(await (await api.request('GET', '/leads')).json());

it('is added once, listed and counted like any other, and removed to the last record', async () => {
  const real = await captureLead(api);
  const presses = await Promise.all([1, 2, 3].map(() => api.request('POST', '/seed')));
  const added = await Promise.all(presses.map(async (reply) => seedReply.parse(await reply.json()).added));
  expect(added.toSorted((a, b) => a.leads - b.leads)).toEqual([
    { leads: 0, users: 0, orders: 0 },
    { leads: 0, users: 0, orders: 0 },
    { leads: 6, users: 3, orders: 3 },
  ]);

  const { leads: listed, malformed } = await leads();
  expect(malformed).toEqual([]);
  expect(listed.map(({ seed = false }) => seed)).toEqual([false, true, true, true, true, true, true]);
  const stats = statsReply.parse(await (await api.request('GET', '/stats')).json());
  expect(stats.totalLeads).toBe(7);
  expect(Object.values({ ...stats.leadsByStatus, other: 1 }).every((count) => count > 0)).toBe(true);
  expect(stats.series.leads.filter(({ count }) => count > 0).length).toBeGreaterThan(3);

  expect(stats).toMatchObject({ totalUsers: 3, totalOrders: 3, deliveredOrders: 1, pendingOrders: 1 });
  const orders = ordersReply.parse(await (await api.request('GET', '/orders')).json());
  const users = usersReply.parse(await (await api.request('GET', '/users')).json());
  expect([...orders.malformed, ...users.malformed]).toEqual([]);
  const spent = users.users.map(({ totalSpent }) => totalSpent);
  expect(spent.toSorted()).toEqual(orders.orders.map(({ total }) => total).toSorted());

  const removal = await api.request('DELETE', '/seed');
  expect(unseedReply.parse(await removal.json()).removed).toEqual({ leads: 6, users: 3, orders: 3 });
  expect((await leads()).leads.map(({ id }) => id)).toEqual([real]);
  const again = await api.request('DELETE', '/seed');
  expect(unseedReply.parse(await again.json()).removed).toEqual({ leads: 0, users: 0, orders: 0 });
});
