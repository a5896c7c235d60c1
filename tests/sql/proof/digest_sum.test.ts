import { afterAll, beforeAll, expect, it } from 'vitest';
import { DigestSum, rowDigest } from '../../../shared/proof/digest.ts';
import { createTestDatabase, type TestDatabase } from '../../rig/database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const sumOf = async (entity: string) =>
  (await database.sql<{ sum: object }>('select crm.entity_sum($1) as sum', [entity]))[0]?.sum;

it('of no rows is zeros', async () => {
  expect(await sumOf('leads')).toEqual({ count: 0, digest: '0'.repeat(64), withheld: 0 });
});

it.each([
  ['leads', 'lead:lead'],
  ['users', 'user:user'],
  ['orders', 'order:order'],
])(
  'of %s is what shared/proof/digest.ts adds up over the stored texts, without rows that hold a secret',
  async (entity, prefix) => {
    await database.sql(`
    insert into kv_store_3cbf86a5 (key, value)
    select '${prefix}_' || i || '_a', jsonb_build_object('id', i, 'name', 'Zoë 😀 ' || i, 'none', null, 'list', array[i, 1.50])
    from generate_series(1, 300) as i;
    insert into kv_store_3cbf86a5 (key, value) values ('${prefix}_301_a', '"text"'), ('${prefix}_302_a', '{"password": "x"}'),
      ('${prefix}_303_a', '{"nested": [{"Token": 1}]}'), ('${prefix}_1_a:other', '1'), ('${prefix}_x', '1'), ('user:user_1_${prefix[0]}:orders', '[]')`);
    const rows = await database.sql<{ key: string; text: string }>(
      `select key, value::text as text from kv_store_3cbf86a5 where key ~ '^${prefix}_[0-9]+_[a-z0-9]+$' and value = crm.redact(value)`,
    );
    const sum = new DigestSum();
    for (const { key, text } of rows) sum.add(await rowDigest(key, text));
    expect(sum.count).toBe(301);
    expect(await sumOf(entity)).toEqual({ count: 301, digest: sum.hex(), withheld: 2 });
  },
);

it.each([
  { note: 'my password' },
  { a: { Reset_Code: 1 } },
  { fields: { token: 'x' } },
  [{ otp: 1 }],
  'secret',
  null,
  { accessToken: 1 },
  { salted: 1 },
  '{"passwordHash": "x"}',
  ['{"otp": 1}', 'a'],
])('withholds %j just when crm.redact takes something from it', async (value) => {
  const rows = await database.sql('select crm.is_withheld($1) as withheld, $1::jsonb <> crm.redact($1) as taken', [
    JSON.stringify(value),
  ]);
  expect(rows[0]?.withheld).toBe(rows[0]?.taken);
});
