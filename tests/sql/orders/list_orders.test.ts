import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../rig/database.ts';
import { call, createOrder, createUser, expectSqlState, type StoredRow } from '../call.ts';

interface Page {
  rows: StoredRow[];
  nextCursor: string | null;
  total?: number;
}

let database: TestDatabase;
let [ann, bob]: string[] = [];
beforeAll(async () => {
  database = await createTestDatabase();
  ann = await createUser(database);
  bob = await createUser(database);
  for (let i = 0; i < 12; i++) await createOrder(database, (i % 3 ? ann : bob) ?? '', { notes: `gift ${i}` });
  await database.sql(
    `update kv_store_3cbf86a5 set value = jsonb_set(value, '{items,0,name}', '"Lamp and shelf 12\\""') where value ->> 'notes' = 'gift 3'`,
  );
  await database.sql(`insert into kv_store_3cbf86a5 (key, value) values
    ('order:order_1_odd', '[]'), ('order:order_bad', '{}'), ('order:order_1_A', '{}'), ('orders:index:x', '[]')`);
});
afterAll(() => database.drop());

const list = (filters: object = {}) => call<Page>(database, 'crm_list_orders', { limit: 200, ...filters });

it('lists every row under a strict order key, newest first, with the steps that may come next', async () => {
  const { rows } = await list();
  const keys = rows.map(({ key }) => key);
  expect(keys).toHaveLength(13);
  expect(keys).toEqual([...keys].sort().reverse());
  expect(rows.find(({ value }) => value.status)?.nextStatuses).toEqual(['processing', 'cancelled']);
});

it.each([1, 4, 13])('in pages of %i gives each once', async (limit) => {
  const keys: string[] = [];
  let cursor: string | null = null;
  do {
    const page: Page = await list({ limit, cursor });
    keys.push(...page.rows.map(({ key }) => key));
    cursor = page.nextCursor;
  } while (cursor);
  expect(keys).toEqual((await list()).rows.map(({ key }) => key));
});

it.each([
  [{ status: 'pending-payment' }, 12],
  [{ status: 'delivered' }, 0],
  [{ q: 'GIFT 11' }, 1],
  [{ q: 'lamp' }, 12],
  [{ q: 'jalan satu' }, 12],
  [{ q: 'shelf 12"' }, 1],
  [{ q: 'quantity' }, 0],
  [{ q: 'line1' }, 0],
])('by %j finds %i and counts as many', async (filters, count) => {
  const { rows, total } = await list({ ...filters, total: '1' });
  expect(rows).toHaveLength(count);
  expect(total).toBe(count);
});

it('of one user are theirs, and CRM04 for nobody', async () => {
  const of = (id: string) => call<Page>(database, 'crm_list_user_orders', { id, limit: 200, total: '1' });
  expect((await of(ann ?? '')).rows.every(({ value }) => value.userId === ann)).toBe(true);
  expect([(await of(ann ?? '')).total, (await of(bob ?? '')).total]).toEqual([8, 4]);
  await expectSqlState(of('user_1_nobody'), 'CRM04');
});
