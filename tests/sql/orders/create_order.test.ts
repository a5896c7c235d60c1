import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SyncReport } from '../../../shared/contract/sync-report.ts';
import { createTestDatabase, type TestDatabase } from '../../rig/database.ts';
import {
  call,
  capture,
  createOrder,
  createUser,
  expectSqlState,
  indexedIds,
  orderDetails,
  type StoredRow,
} from '../call.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const user = async (id: string) => (await call<StoredRow>(database, 'crm_get_user', { id })).value;
const list = async (id: string) =>
  (await database.sql('select value from kv_store_3cbf86a5 where key = $1', [`user:${id}:orders`]))[0]?.value;

it('writes order, list, totals and index in one transaction', async () => {
  const id = await createUser(database);
  const { key, value, nextStatuses } = await createOrder(database, id);
  expect(key).toMatch(/^order:order_\d{13}_[a-z0-9]{9}$/);
  expect(value).toMatchObject({
    userId: id,
    orderNumber: expect.stringMatching(/^VS-20\d\d-\d{6}$/),
    subtotal: 99.9,
    total: 109.9,
    status: 'pending-payment',
    paymentStatus: 'pending',
    completed: false,
    timeline: [{ status: 'pending-payment', at: expect.any(String), actor: 'key:admin' }],
  });
  expect(nextStatuses).toEqual(['processing', 'cancelled']);
  expect(await user(id)).toMatchObject({ totalOrders: 1, totalSpent: 109.9, loyaltyPoints: 10 });
  expect(await list(id)).toEqual([value.id]);
  expect((await indexedIds(database, 'orders'))[0]).toBe(value.id);
});

it('fifty at once for one user are fifty orders, numbers and ids in the list, and add up to the cent', async () => {
  const id = await createUser(database);
  const prices = Array.from({ length: 50 }, (_, i) => Number((0.1 + i * 1.37).toFixed(2)));
  const orders = await Promise.all(
    prices.map((price) => createOrder(database, id, { items: [{ name: 'x', quantity: 3, price }], shipping: 0 })),
  );
  const numbers = orders.map(({ value }) => value.orderNumber);
  expect(new Set(numbers).size).toBe(50);
  const [sums] = await database.sql<{ spent: number; points: number }>(
    `select sum((value ->> 'total')::numeric)::float as spent, sum(floor((value ->> 'total')::numeric / 10))::integer as points
     from kv_store_3cbf86a5 where key ~ '^order:' and value ->> 'userId' = $1`,
    [id],
  );
  expect(await user(id)).toMatchObject({ totalOrders: 50, totalSpent: sums?.spent, loyaltyPoints: sums?.points });
  const ids = orders.map(({ value }) => value.id).sort();
  expect(((await list(id)) as string[]).toSorted()).toEqual(ids);
  expect((await indexedIds(database, 'orders')).filter((each) => ids.includes(String(each)))).toHaveLength(50);
});

describe('a submission id', () => {
  const submit = (submissionId: string, userId: string, fields = {}) =>
    call<StoredRow & { replayed: boolean }>(database, 'crm_create_order', {
      ...{ order: orderDetails(userId, fields), submissionId, actor: 'key:admin' },
    });

  it('gives the same order again, as it is now', async () => {
    const [submissionId, userId] = [crypto.randomUUID(), await createUser(database)];
    const first = await submit(submissionId, userId);
    expect(first.replayed).toBe(false);
    const { id } = first.value;
    await call(database, 'crm_update_order', { id, patch: { status: 'processing' }, actor: 'key:admin' });
    const again = await submit(submissionId, userId);
    expect(again).toMatchObject({ replayed: true, value: { id, status: 'processing' } });
    expect(again.nextStatuses).toEqual(['ready-to-ship', 'cancelled', 'refunded']);
    expect(await user(userId)).toMatchObject({ totalOrders: 1 });
  });

  it('sent twenty times at once is one order', async () => {
    const [submissionId, userId] = [crypto.randomUUID(), await createUser(database)];
    const all = await Promise.all(Array.from({ length: 20 }, () => submit(submissionId, userId)));
    expect(new Set(all.map(({ value }) => value.id)).size).toBe(1);
    expect(all.filter(({ replayed }) => !replayed)).toHaveLength(1);
    expect(await list(userId)).toHaveLength(1);
  });

  it('with another order is CRM22, and so is one of a lead', async () => {
    const [submissionId, userId] = [crypto.randomUUID(), await createUser(database)];
    await submit(submissionId, userId);
    await expectSqlState(submit(submissionId, userId, { notes: 'other' }), 'CRM22');
    const lead = { email: 'ann@example.com' };
    await expectSqlState(call(database, 'crm_capture_lead', capture(lead, { submissionId })), 'CRM22');
    const ofLead = crypto.randomUUID();
    await call(database, 'crm_capture_lead', capture(lead, { submissionId: ofLead }));
    await expectSqlState(submit(ofLead, userId), 'CRM22');
    const asLead = { submissionId: crypto.randomUUID(), lead: orderDetails(userId) };
    await call(database, 'crm_capture_lead', capture({}, asLead));
    await expectSqlState(submit(asLead.submissionId, userId), 'CRM22');
    expect(await user(userId)).toMatchObject({ totalOrders: 1 });
  });

  it('is free again when nothing was stored', async () => {
    const [submissionId, userId] = [crypto.randomUUID(), await createUser(database)];
    await expectSqlState(submit(submissionId, 'user_1_nobody'), 'CRM04');
    expect((await submit(submissionId, userId)).replayed).toBe(false);
  });

  it('of an order that was deleted is CRM04, and does not bring it back', async () => {
    const [submissionId, userId] = [crypto.randomUUID(), await createUser(database)];
    const { id } = (await submit(submissionId, userId)).value;
    await call(database, 'crm_delete_order', { id, actor: 'key:admin' });
    await expectSqlState(submit(submissionId, userId), 'CRM04');
    expect(await user(userId)).toMatchObject({ totalOrders: 0 });
  });
});

describe('sums', () => {
  it.each([
    [{ items: [{ name: 'x', quantity: 3, price: 0.1 }], shipping: 0, tax: 0.02, discount: 0.01 }, 0.3, 0.31],
    [{ items: [{ name: 'x', quantity: 10_000, price: 99_999.99 }], shipping: 0 }, 999_999_900, 999_999_900],
    [{ shipping: 0, subtotal: 99.9, total: 99.9 }, 99.9, 99.9],
    [{ shipping: 0, discount: 99.9 }, 99.9, 0],
  ])('of %j are %s and %s', async (fields, subtotal, total) => {
    const { value } = await createOrder(database, await createUser(database), fields);
    expect(value).toMatchObject({ subtotal, total });
  });

  it.each([
    ['subtotal', { subtotal: 99.91 }],
    ['total', { total: 109.91 }],
    ['discount', { discount: 110 }],
    ['total', { items: [{ name: 'x', quantity: 10_000, price: 999_999_999 }] }],
  ])('with a wrong %s are CRM05, which names it', async (name, fields) => {
    const id = await createUser(database);
    const error = await expectSqlState(createOrder(database, id, fields), 'CRM05');
    expect(Object.keys(JSON.parse(error.detail ?? '{}').fields)).toEqual([name]);
    expect(await user(id)).toMatchObject({ totalOrders: 0 });
  });
});

it('beside an order of less than nothing adds up: that one is worth nothing, to the user, to the revenue and to the check', async () => {
  const userId = await createUser(database);
  await database.sql("insert into kv_store_3cbf86a5 (key, value) values ('order:order_1_less', $1)", [
    JSON.stringify({ id: 'order_1_less', userId, total: -50, createdAt: new Date().toISOString() }),
  ]);
  await call(database, 'crm_repair_sync', { actor: 'key:admin' });
  const stats = () => call<{ totalRevenue: number }>(database, 'crm_get_stats', { days: 7, timeZone: 'UTC' });
  const before = await stats();
  await createOrder(database, userId);
  expect(await user(userId)).toMatchObject({ totalOrders: 2, totalSpent: 109.9 });
  expect((await stats()).totalRevenue - before.totalRevenue).toBeCloseTo(109.9);
  const { findings } = await call<SyncReport>(database, 'crm_get_sync');
  expect(findings.filter(({ code }) => code === 'totals.mismatch')).toEqual([]);
});

it('for nobody is CRM04', async () => {
  await expectSqlState(createOrder(database, 'user_1_nobody'), 'CRM04');
  await expectSqlState(call(database, 'crm_create_order', { order: orderDetails('user_1_nobody:orders') }), 'CRM04');
});

it('for a row that is no user is CRM09 and changes nothing', async () => {
  const id = await createUser(database);
  await database.sql(`update kv_store_3cbf86a5 set value = value || '{"totalSpent": "many"}' where key = $1`, [
    `user:${id}`,
  ]);
  const before = await indexedIds(database, 'orders');
  await expectSqlState(createOrder(database, id), 'CRM09');
  expect(await indexedIds(database, 'orders')).toEqual(before);
  expect(await list(id)).toBeUndefined();
});
