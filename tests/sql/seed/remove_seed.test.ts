import { afterEach, beforeEach, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../rig/database.ts';
import { call, captureLead, createOrder, indexedIds, type StoredRow, storedIds } from '../call.ts';

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(() => database.drop());

const seed = () => call(database, 'crm_add_seed', { actor: 'key:admin' });
const remove = () =>
  call<{ removed: Record<'leads' | 'users' | 'orders', number> }>(database, 'crm_remove_seed', { actor: 'key:admin' });

it('removes the seeded leads, also an edited one, and no other', async () => {
  const real = await captureLead(database, { email: 'david.lim@example.com', seed: true });
  await seed();
  const [, edited] = await storedIds(database);
  await call(database, 'crm_update_lead', { id: edited, patch: { email: 'other@example.com' }, actor: 'x' });
  expect(await remove()).toMatchObject({ removed: { leads: 6, users: 3, orders: 3 } });
  expect(await storedIds(database)).toEqual([real]);
  expect(await indexedIds(database)).toEqual([real]);
  const entries = await database.sql("select actor from crm.changes where operation = 'delete'");
  expect(entries).toEqual(Array(12).fill({ actor: 'key:admin' }));
  expect(await database.sql("select 1 from crm.changes where new_fields::text ~ 'other@example'")).toEqual([]);
});

it('keeps a demo user who has other orders, with totals of those alone, until they are gone', async () => {
  await seed();
  const user = 'user_0000000000001_seeduser1';
  const { value: order } = await createOrder(database, user);
  const lead = await captureLead(database, { email: 'farid.rahman@example.com' });
  await call(database, 'crm_convert_lead', { id: lead, actor: 'x' });
  expect(await remove()).toMatchObject({ removed: { leads: 6, users: 2, orders: 3 }, kept: { users: 1 } });
  const { value } = await call<StoredRow>(database, 'crm_get_user', { id: user });
  expect(value).toMatchObject({ totalOrders: 1, totalSpent: 109.9, loyaltyPoints: 10 });
  expect(await indexedIds(database, 'users')).toEqual([user]);
  const mention = async () => (await call<StoredRow>(database, 'crm_get_lead', { id: lead })).value.convertedToUserId;
  expect(await mention()).toBe(user);
  await call(database, 'crm_delete_order', { id: order.id, actor: 'x' });
  expect(await remove()).toMatchObject({ removed: { leads: 0, users: 1, orders: 0 }, kept: { users: 0 } });
  expect(await mention()).toBeUndefined();
});

it('removes what is left of them, then nothing', async () => {
  await seed();
  const [id] = await storedIds(database);
  await call(database, 'crm_delete_lead', { id, actor: 'x' });
  expect(await remove()).toMatchObject({ removed: { leads: 5, users: 3, orders: 3 } });
  expect(await remove()).toMatchObject({ removed: { leads: 0, users: 0, orders: 0 } });
  expect(await indexedIds(database)).toEqual([]);
});

it('while others seed, remove and capture leaves index and rows equal', async () => {
  await Promise.all(Array.from({ length: 24 }, (_, i) => [seed, remove, () => captureLead(database)][i % 3]?.()));
  expect(await indexedIds(database)).toEqual(await storedIds(database));
});
