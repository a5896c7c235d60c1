import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../rig/database.ts';
import { call, createOrder, createUser, expectSqlState, type StoredRow } from '../call.ts';

let database: TestDatabase;
let userId: string;
beforeAll(async () => {
  database = await createTestDatabase();
  userId = await createUser(database);
});
afterAll(() => database.drop());

const update = (id: string, patch: object, more: object = {}) =>
  call<StoredRow>(database, 'crm_update_order', { id, patch, actor: 'key:admin', ...more });
const spent = async () => (await call<StoredRow>(database, 'crm_get_user', { id: userId })).value.totalSpent;

describe('a step', () => {
  it('each after the other leads to delivered, and is told in the timeline', async () => {
    const { value } = await createOrder(database, userId);
    let next = ['processing'];
    const walked: string[] = [];
    while (next[0] && next[0] !== 'refunded') {
      const order = await update(value.id, { status: next[0] });
      walked.push(next[0]);
      expect(order.value.completed).toBe(next[0] === 'delivered');
      expect(order.value.paymentStatus).toBe('paid');
      expect((order.value.timeline as unknown[]).length).toBe(walked.length + 1);
      next = order.nextStatuses ?? [];
    }
    expect(walked).toEqual(['processing', 'ready-to-ship', 'in-transit', 'arriving', 'out-for-delivery', 'delivered']);
    expect(next).toEqual(['refunded']);
  });

  it.each([
    ['pending-payment', 'delivered', /processing, cancelled/],
    ['pending-payment', 'refunded', /processing, cancelled/],
    ['in-transit', 'processing', /arriving, cancelled, refunded/],
    ['delivered', 'cancelled', /refunded/],
    ['cancelled', 'processing', /ended/],
    ['refunded', 'delivered', /ended/],
  ])('from %s to %s is CRM09 and names what is allowed', async (from, to, names) => {
    const { value } = await createOrder(database, userId);
    await database.sql('update kv_store_3cbf86a5 set value = value || $2 where key = $1', [
      `order:${value.id}`,
      JSON.stringify({ status: from }),
    ]);
    const error = await expectSqlState(update(value.id, { status: to }), 'CRM09');
    expect(error.message).toMatch(names);
    expect((await call<StoredRow>(database, 'crm_get_order', { id: value.id })).value.status).toBe(from);
  });

  it('that ends an order takes its worth back from the user, and from a status of an older install any is allowed', async () => {
    const before = await spent();
    const { value } = await createOrder(database, userId);
    expect(await spent()).toBeCloseTo(Number(before) + 109.9, 6);
    await database.sql(`update kv_store_3cbf86a5 set value = value || '{"status":"shipped"}' where key = $1`, [
      `order:${value.id}`,
    ]);
    await update(value.id, { status: 'cancelled' });
    expect(await spent()).toBe(before);
  });
});

it('new items bring new sums and totals, and a sum that is wrong changes nothing', async () => {
  const before = Number(await spent());
  const { value } = await createOrder(database, userId);
  const changed = await update(value.id, { items: [{ name: 'x', quantity: 1, price: 0.05 }] });
  expect(changed.value).toMatchObject({ subtotal: 0.05, total: 10.05 });
  expect(await spent()).toBeCloseTo(before + 10.05, 6);
  await expectSqlState(update(value.id, { shipping: 5, total: 10.05 }), 'CRM05');
  expect(await spent()).toBeCloseTo(before + 10.05, 6);
  expect((await update(value.id, { shipping: 5, total: 5.05 })).value.total).toBe(5.05);
});

it('merges, keeps what it does not know, and with If-Match lets one win', async () => {
  const { value } = await createOrder(database, userId, { legacy: { gift: true } });
  const { value: changed } = await update(value.id, { shippingAddress: { line2: 'Flat 3' }, notes: 'x' });
  expect(changed).toMatchObject({
    legacy: { gift: true },
    shippingAddress: { line1: '1 Jalan Satu', line2: 'Flat 3' },
  });
  await expectSqlState(update(value.id, { notes: 'y' }, { ifMatch: value.updatedAt }), 'CRM09');
  expect((await update(value.id, { notes: 'x' }, { ifMatch: changed.updatedAt })).value).toEqual(changed);
});

it('of an order without prices, as older installs have them, changes all but the sums', async () => {
  await database.sql(
    `insert into kv_store_3cbf86a5 (key, value) values ('order:order_1_old', '{"id":"order_1_old","userId":"user_9_gone","total":50,"items":null}')`,
  );
  expect((await update('order_1_old', { status: 'cancelled' })).value).toMatchObject({
    status: 'cancelled',
    total: 50,
  });
  await expectSqlState(update('order_1_old', { tax: 1 }), 'CRM05');
  await expectSqlState(update('order_1_nobody', { notes: 'x' }), 'CRM04');
});

describe('items of an older install', () => {
  const olden = async (items: object[]) => {
    const { value } = await createOrder(database, userId);
    await database.sql('update kv_store_3cbf86a5 set value = value || $2 where key = $1', [
      `order:${value.id}`,
      JSON.stringify({ items }),
    ]);
    return value.id;
  };

  it('without prices do not make the order cheaper: the sums want the items too', async () => {
    const id = await olden([
      { name: 'Sofa', quantity: 2, unitPrice: 500 },
      { name: 'Lamp', quantity: 1, price: 9 },
    ]);
    const before = await spent();
    const error = await expectSqlState(update(id, { shipping: 20 }), 'CRM05');
    expect(error.message).toContain('no price');
    expect(await spent()).toBe(before);
  });

  it('keep what we do not know of, each its own, whatever becomes of the others', async () => {
    const id = await olden([
      { name: 'Sofa', quantity: 1, price: 1, sku: 'a', productId: 42 },
      { name: 'Gone', quantity: 1, price: 1, sku: 'b' },
      { name: 'Sofa', quantity: 1, price: 1, sku: 'c', variant: 'red' },
    ]);
    const items = [
      { name: 'New', quantity: 1, price: 1 },
      { name: 'Sofa', quantity: 3, price: 1 },
      { name: 'Sofa', quantity: 1, price: 2 },
    ];
    const { value } = await update(id, { items });
    expect(value.items).toEqual([items[0], { ...items[1], sku: 'a', productId: 42 }, { ...items[2], sku: 'c' }]);
    expect(value.total).toBe(16);
  });
});
