import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { schemaChecks, schemaFacts } from '../../../api/database/schema-checks.ts';
import { migrate } from '../../../api/sql/migrate.ts';
import { createTestDatabase, type TestDatabase } from '../../rig/database.ts';
import { call, captureLead } from '../call.ts';
import { dumpSchema } from './dump.ts';

const TABLE = 'kv_store_3cbf86a5';
const LONG = `kv_store_${'a'.repeat(54)}`;

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase('empty');
});
afterEach(() => database.drop());

async function indexesOf(table: string): Promise<string[]> {
  const rows = await database.sql<{ name: string }>(
    "select indexname as name from pg_indexes where schemaname = 'public' and tablename = $1 order by 1",
    [table],
  );
  return rows.map(({ name }) => name);
}
const rowsOf = (table: string) =>
  database.sql(`select key, value::text, created_at, xmin::text, ctid::text from ${table} order by key collate "C"`);

/** The checks of the schema that fail, as the API sees them. */
async function red(table = TABLE): Promise<string[]> {
  const facts = schemaFacts.parse(await call(database, 'crm_get_schema'));
  return schemaChecks(facts, table)
    .filter(({ ok }) => !ok)
    .map(({ name, found }) => `${name}: ${found}`);
}

/** Where each index, trigger, policy and constraint of a table is all that a new install has. */
async function expectWhole(table = TABLE): Promise<void> {
  expect(await red(table)).toEqual([]);
  const fresh = await createTestDatabase('empty');
  try {
    await migrate(fresh.url, table);
    const ofTable = async (of: TestDatabase) =>
      (await dumpSchema(of, false))
        .split('\n')
        .filter((line) => line.includes(` public.${table} `))
        // Nobody uses the name of the primary key, which is Postgres's own choice.
        .map((line) => line.replace(/constraint \S+_pkey\d*/, 'constraint _pkey'));
    expect(await ofTable(database)).toEqual(await ofTable(fresh));
  } finally {
    await fresh.drop();
  }
}

describe.each([TABLE, LONG])('a table %s that was renamed away', (table) => {
  it('leaves its name to a new one with all indexes, triggers and policies, and keeps its rows and indexes', async () => {
    await migrate(database.url, table);
    await database.sql(
      `insert into ${table} (key, value) values ('lead:lead_1_a', '{"id": "lead_1_a", "email": "a@b.co"}')`,
    );
    const rows = await rowsOf(table);
    await database.sql(`alter table ${table} rename to backup`);
    await migrate(database.url, table);
    await expectWhole(table);
    expect(await rowsOf('backup')).toEqual(rows);
    expect(await rowsOf(table)).toEqual([]);
    expect(await indexesOf('backup')).toHaveLength(4);
    await database.sql(`drop table ${table}; alter table backup rename to ${table}`);
    await migrate(database.url, table);
    await expectWhole(table);
    expect(await rowsOf(table)).toEqual(rows);
  });
});

it('a table that is renamed together with KV_TABLE keeps its indexes under the new name', async () => {
  await migrate(database.url, TABLE);
  const id = await captureLead(database);
  const ids = () =>
    database.sql("select oid from pg_class where relname ~ '_(by_key|segments|stray_keys)$' order by oid");
  const before = await ids();
  await database.sql(`alter table ${TABLE} rename to kv_store_shop`);
  await migrate(database.url, 'kv_store_shop');
  expect(await ids()).toEqual(before);
  expect(await indexesOf('kv_store_shop')).toEqual([
    `${TABLE}_pkey`,
    'kv_store_shop_by_key',
    'kv_store_shop_segments',
    'kv_store_shop_stray_keys',
  ]);
  expect(await red('kv_store_shop')).toEqual([]);
  expect(await call(database, 'crm_get_lead', { id })).toMatchObject({ key: `lead:${id}` });
});

it('a table that lacks indexes and triggers gets them', async () => {
  await migrate(database.url, TABLE);
  await database.sql(`drop index ${TABLE}_by_key, ${TABLE}_segments, ${TABLE}_stray_keys;
    drop trigger crm_log_write on ${TABLE}; drop trigger crm_log_truncate on ${TABLE}`);
  expect(await red()).toHaveLength(2);
  await migrate(database.url, TABLE);
  await expectWhole();
});

it('a table that the first release made after another was renamed away has no indexes, and gets them', async () => {
  const folder = join(import.meta.dirname, '../../../api/supabase/migrations');
  const release = readFileSync(join(folder, readdirSync(folder).sort()[0] ?? ''), 'utf8');
  const migrateAsReleased = () => database.sql(`begin;\n${release}\ncommit;`);
  await migrateAsReleased();
  await database.sql(`alter table ${TABLE} rename to kv_store_old`);
  await migrateAsReleased();
  expect(await indexesOf(TABLE)).toEqual([`${TABLE}_pkey1`]);
  await migrate(database.url, TABLE);
  await expectWhole();
  expect(await indexesOf('kv_store_old')).toHaveLength(4);
});
