import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../rig/database.ts';
import { call } from '../call.ts';

interface Page {
  rows: { key: string; value: Record<string, unknown> }[];
  nextCursor: string | null;
  total?: number;
}

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await database.sql(`
    insert into kv_store_3cbf86a5 (key, value)
    select 'lead:lead_' || 1700000000000 + i || '_abc', jsonb_build_object('id', 'lead_' || 1700000000000 + i || '_abc',
      'convertedToUserId', 'user_1_' || i % 10, 'email', 'Lead' || i || '@example.com', 'name', 'Änne 50%_' || i, 'status', (array['new','lost'])[1 + i % 2], 'source', 'chatbot',
      'createdAt', crm.iso('2026-11-22T23:59:59.990Z'::timestamptz + i * interval '1 millisecond'), 'password', 'hunter2')
    from generate_series(0, 19) as i;
    insert into kv_store_3cbf86a5 (key, value) values
      ('lead:lead_1700000000005_abc2', '"odd"'), ('lead:lead_bad', '{}'), ('lead:lead_1_ABC', '{}'), ('lead:LEAD_1_a', '{}'),
      ('lead:lead_1_', '{}'), ('lead:lead_1_a:b', '{}'), ('leads:index', '[]'), ('lead', '{}'), ('lead:', '{}'), ('lead:other', '{}')`);
});
afterAll(() => database.drop());

const list = (filters: object = {}) => call<Page>(database, 'crm_list_leads', { limit: 200, ...filters });

it('lists every row under a strict lead key and none beside, newest first', async () => {
  const { rows, nextCursor } = await list();
  const keys = rows.map(({ key }) => key);
  expect(keys).toHaveLength(21);
  expect(keys).toEqual([...keys].sort().reverse());
  expect(keys).toContain('lead:lead_1700000000005_abc2');
  expect(nextCursor).toBeNull();
  expect(JSON.stringify(rows)).not.toContain('hunter2');
});

it.each([1, 2, 5, 20, 21, 22])('in pages of %i gives each once', async (limit) => {
  const keys: string[] = [];
  let cursor: string | null = null;
  do {
    const page: Page = await list({ limit, cursor });
    expect(page.rows.length).toBeLessThanOrEqual(limit);
    keys.push(...page.rows.map(({ key }) => key));
    cursor = page.nextCursor;
  } while (cursor);
  expect(keys).toEqual((await list()).rows.map(({ key }) => key));
});

it.each([
  [{ status: 'lost' }, 10],
  [{ status: 'won' }, 0],
  [{ source: 'chatbot' }, 20],
  [{ q: 'lead1@EXAMPLE' }, 1],
  [{ q: 'änne' }, 20],
  [{ q: '50%' }, 20],
  [{ q: '%_1' }, 11],
  [{ q: '%_19' }, 1],
  [{ q: 'hunter2' }, 0],
  [{ convertedToUserId: 'user_1_7' }, 2],
  [{ convertedToUserId: 'user_1_7', status: 'new' }, 0],
  [{ convertedToUserId: 'user_1_' }, 0],
  [{ from: '2026-11-22T00:00:00.000Z', to: '2026-11-22T23:59:59.999Z' }, 10],
  [{ from: '2026-11-23T00:00:00.000Z' }, 10],
  [{ from: '2026-11-23T00:00:00.001Z', to: '2026-11-23T00:00:00.001Z' }, 1],
])('by %j finds %i and counts as many', async (filters, count) => {
  const { rows, total } = await list({ ...filters, total: '1' });
  expect(rows).toHaveLength(count);
  expect(total).toBe(count);
});

it.each([
  ['Say "hi" Ltd\nSecond', true],
  ['say "HI" ltd', true],
  ['C:\\temp', true],
  ['Bath "room"', true],
  ['änderung', true],
  ['Company', false],
  ['Says', false],
  ['", "', false],
])('by %j in what a form asked beside the usual: %s', async (q, isFound) => {
  await database.sql(`insert into kv_store_3cbf86a5 (key, value) values ('lead:lead_1_asked', $1)`, [
    {
      interests: ['Bath "room"', 'Änderung'],
      fields: { Company: 'Say "hi" Ltd\nSecond line', Path: 'C:\\temp', Says: null },
    },
  ]);
  const { rows } = await list({ q });
  await database.sql(`delete from kv_store_3cbf86a5 where key = 'lead:lead_1_asked'`);
  expect(rows.map(({ key }) => key)).toEqual(isFound ? ['lead:lead_1_asked'] : []);
});

it('finds the interests of an older install, which are one text', async () => {
  await database.sql(
    `insert into kv_store_3cbf86a5 (key, value) values ('lead:lead_1_text', '{"interests": "a \\"big\\" sofa"}')`,
  );
  const { rows } = await list({ q: '"big" sofa' });
  await database.sql(`delete from kv_store_3cbf86a5 where key = 'lead:lead_1_text'`);
  expect(rows.map(({ key }) => key)).toEqual(['lead:lead_1_text']);
});

it('counts only when asked', async () => {
  expect(await list()).not.toHaveProperty('total');
  expect((await list({ total: '1', limit: 3 })).total).toBe(21);
});
