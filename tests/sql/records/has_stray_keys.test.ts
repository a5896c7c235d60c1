import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../rig/database.ts';
import { rowsRead } from '../../rig/rows-read.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

async function foundWith(key: string): Promise<boolean | undefined> {
  await database.sql("insert into kv_store_3cbf86a5 (key, value) values ($1, '{}')", [key]);
  const [row] = await database.sql<{ found: boolean }>('select crm.has_stray_keys() as found');
  await database.sql('delete from kv_store_3cbf86a5 where key = $1', [key]);
  return row?.found;
}

it.each([
  'lead:lead_x',
  'lead:lead_1_',
  'lead:lead_1_ABC',
  'lead:lead_1_a:b',
  'user:user_1_a:order',
  'user:user_1_a:orders:1',
  'order:order_1',
  'order:order_1_a ',
])('finds %s', async (key) => {
  expect(await foundWith(key)).toBe(true);
});

it.each([
  'lead:lead_1_a',
  'user:user_1736177352123_abc123def',
  'user:user_1_a:orders',
  'user:email:a@b.co',
  'order:order_1_a',
  'leads:index',
  'lead:other',
  'x',
])('passes over %s', async (key) => {
  expect(await foundWith(key)).toBe(false);
});

it('reads an index of just those keys', async () => {
  await database.sql(
    `insert into kv_store_3cbf86a5 (key, value) select 'lead:lead_' || i || '_a', '{}' from generate_series(1, 5000) as i`,
  );
  await database.sql('analyze kv_store_3cbf86a5');
  expect(await rowsRead(database.url, 'select crm.has_stray_keys()')).toEqual({ scanned: 0, fetched: 0 });
});
