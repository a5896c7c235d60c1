import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../rig/database.ts';
import { call, createOrder, createUser, expectSqlState, indexedIds, orderDetails, type StoredRow } from './call.ts';

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

it('numbers go on behind those that an older install gave, in any order', async () => {
  const other = await createTestDatabase();
  try {
    const year = new Date().getUTCFullYear();
    await other.sql(
      `insert into kv_store_3cbf86a5 (key, value) values
       ('order:order_1_a', $1), ('order:order_2_a', $2), ('order:order_3_a', '{"orderNumber": "VS-1999-999999"}'), ('order:order_4_a', '[]')`,
      [`{"orderNumber":"VS-${year}-000417"}`, `{"orderNumber":"VS-${year}-000416"}`],
    );
    const id = await createUser(other);
    const made = [await createOrder(other, id), await createOrder(other, id)].map(({ value }) => value.orderNumber);
    expect(made).toEqual([`VS-${year}-000418`, `VS-${year}-000419`]);
    await other.sql('update crm.order_numbers set last = 999999');
    await expectSqlState(createOrder(other, id), 'CRM09');
  } finally {
    await other.drop();
  }
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
