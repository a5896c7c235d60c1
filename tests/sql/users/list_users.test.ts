import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../rig/database.ts';
import { call, type StoredRow } from '../call.ts';

interface Page {
  rows: StoredRow[];
  nextCursor: string | null;
  total?: number;
}

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await database.sql(`
    insert into kv_store_3cbf86a5 (key, value)
    select 'user:user_' || 1700000000000 + i || '_abc', jsonb_build_object('id', 'user_' || 1700000000000 + i || '_abc',
      'email', 'User' || i || '@example.com', 'name', 'Änne ' || i, 'accountStatus', (array['active','suspended'])[1 + i % 2],
      'tags', '["vip"]'::jsonb, 'password', 'hunter2')
    from generate_series(0, 19) as i;
    insert into kv_store_3cbf86a5 (key, value) values
      ('user:user_1700000000005_abc2', '"odd"'), ('user:user_1700000000005_abc:orders', '[]'), ('user:email:user1@example.com', '"x"'),
      ('user:user_bad', '{}'), ('user:user_1_ABC', '{}'), ('users:index', '[]'), ('user', '{}')`);
});
afterAll(() => database.drop());

const list = (filters: object = {}) => call<Page>(database, 'crm_list_users', { limit: 200, ...filters });

it('lists every row under a strict user key and none beside, newest first, without passwords', async () => {
  const { rows, nextCursor } = await list();
  const keys = rows.map(({ key }) => key);
  expect(keys).toHaveLength(21);
  expect(keys).toEqual([...keys].sort().reverse());
  expect(nextCursor).toBeNull();
  expect(JSON.stringify(rows)).not.toContain('hunter2');
});

it.each([1, 5, 20, 21])('in pages of %i gives each once', async (limit) => {
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
  [{ accountStatus: 'suspended' }, 10],
  [{ q: 'user1@EXAMPLE' }, 1],
  [{ q: 'änne' }, 20],
  [{ q: 'VIP' }, 20],
  [{ q: 'hunter2' }, 0],
])('by %j finds %i and counts as many', async (filters, count) => {
  const { rows, total } = await list({ ...filters, total: '1' });
  expect(rows).toHaveLength(count);
  expect(total).toBe(count);
});
