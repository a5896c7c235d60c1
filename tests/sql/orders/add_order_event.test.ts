import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../rig/database.ts';
import { call, createOrder, createUser, expectSqlState, type StoredRow } from '../call.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const tell = (id: string, entry: object) =>
  call<StoredRow>(database, 'crm_add_order_event', { id, actor: 'key:admin', ...entry });

it('adds entries behind the others, with a step where it is one', async () => {
  const { value } = await createOrder(database, await createUser(database));
  await tell(value.id, { note: 'Asked for an invoice.' });
  const { value: told, nextStatuses } = await tell(value.id, { note: 'Paid.', status: 'processing' });
  expect(told.timeline).toEqual([
    ...(value.timeline as object[]),
    { status: 'pending-payment', note: 'Asked for an invoice.', at: expect.any(String), actor: 'key:admin' },
    { status: 'processing', note: 'Paid.', at: expect.any(String), actor: 'key:admin' },
  ]);
  expect(told).toMatchObject({ status: 'processing', paymentStatus: 'paid' });
  expect(nextStatuses).toEqual(['ready-to-ship', 'cancelled', 'refunded']);
  expect(String(told.updatedAt) > String(value.updatedAt)).toBe(true);
});

it('by twenty at once loses none', async () => {
  const { value } = await createOrder(database, await createUser(database));
  await Promise.all(Array.from({ length: 20 }, (_, i) => tell(value.id, { note: `${i}` })));
  const { value: told } = await call<StoredRow>(database, 'crm_get_order', { id: value.id });
  expect(told.timeline).toHaveLength(21);
});

it('with a wrong step is CRM09 and adds nothing, for no order CRM04', async () => {
  const { value } = await createOrder(database, await createUser(database));
  await expectSqlState(tell(value.id, { note: 'x', status: 'delivered' }), 'CRM09');
  expect((await call<StoredRow>(database, 'crm_get_order', { id: value.id })).value).toEqual(value);
  await expectSqlState(tell('order_1_nobody', { note: 'x' }), 'CRM04');
});
