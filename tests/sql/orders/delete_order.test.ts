import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../rig/database.ts';
import { call, createOrder, createUser, expectSqlState, indexedIds, type StoredRow } from '../call.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const erase = (id: string, more: object = {}) =>
  call(database, 'crm_delete_order', { id, actor: 'key:admin', ...more });

it('takes back list, totals, index and what the log said, once', async () => {
  const userId = await createUser(database);
  const [kept, { value }] = [await createOrder(database, userId), await createOrder(database, userId)];
  await call(database, 'crm_update_order', { id: value.id, patch: { notes: 'call 555' }, actor: 'x' });
  await expectSqlState(erase(value.id, { ifMatch: 'old' }), 'CRM09');
  expect(await erase(value.id)).toEqual({ deleted: value.id });
  const { value: user } = await call<StoredRow>(database, 'crm_get_user', { id: userId });
  expect(user).toMatchObject({ totalOrders: 1, totalSpent: 109.9, loyaltyPoints: 10 });
  expect(await indexedIds(database, 'orders')).toEqual([kept.value.id]);
  expect(await database.sql("select 1 from crm.changes where new_fields::text ~ 'call 555'")).toEqual([]);
  await expectSqlState(erase(value.id), 'CRM04');
  await erase(kept.value.id);
  const [left] = await database.sql('select count(*)::integer from kv_store_3cbf86a5 where key = $1', [
    `user:${userId}:orders`,
  ]);
  expect(left).toEqual({ count: 0 });
});

it('by ten at once takes the totals back once', async () => {
  const userId = await createUser(database);
  await createOrder(database, userId);
  const { value } = await createOrder(database, userId);
  const outcomes = await Promise.allSettled(Array.from({ length: 10 }, () => erase(value.id)));
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  const { value: user } = await call<StoredRow>(database, 'crm_get_user', { id: userId });
  expect(user).toMatchObject({ totalOrders: 1, totalSpent: 109.9 });
});

it('works for an order whose user is gone or whose total is none', async () => {
  await database.sql(`insert into kv_store_3cbf86a5 (key, value) values
    ('order:order_1_a', '{"id":"order_1_a","userId":"user_1_gone","total":5}'), ('order:order_2_a', '{"total":1e400}'), ('order:order_3_a', '"odd"')`);
  for (const id of ['order_1_a', 'order_2_a', 'order_3_a']) expect(await erase(id)).toEqual({ deleted: id });
});
