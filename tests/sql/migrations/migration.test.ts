import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { migrate } from '../../../api/sql/migrate.ts';
import { migrationScript } from '../../../api/sql/script.ts';
import { createTestDatabase, type TestDatabase } from '../../rig/database.ts';
import { call, captureLead, expectSqlState } from '../call.ts';

const TABLE = 'kv_store_3cbf86a5';

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase('empty');
});
afterEach(() => database.drop());

/** Everything the catalog says of our objects, without the numbers it gives them. */
async function catalog(): Promise<unknown> {
  return database.sql(`
    select 'column' as kind, attrelid::regclass || '.' || attname as name, format_type(atttypid, atttypmod) || attnotnull as details
    from pg_attribute join pg_class c on c.oid = attrelid where attnum > 0 and c.relnamespace in ('public'::regnamespace, to_regnamespace('crm')) and relkind = 'r'
    union all select 'table', oid::regclass::text, relrowsecurity || coalesce(relacl::text, '') from pg_class
      where relnamespace in ('public'::regnamespace, to_regnamespace('crm'))
    union all select 'index', indexrelid::regclass::text, pg_get_indexdef(indexrelid) from pg_index join pg_class c on c.oid = indrelid
      where c.relnamespace in ('public'::regnamespace, to_regnamespace('crm'))
    union all select 'default', adrelid::regclass || '.' || adnum, pg_get_expr(adbin, adrelid) from pg_attrdef
    union all select 'constraint', conname, pg_get_constraintdef(oid) from pg_constraint where connamespace in ('public'::regnamespace, to_regnamespace('crm'))
    union all select 'trigger', tgname, pg_get_triggerdef(oid) from pg_trigger where not tgisinternal
    union all select 'function', oid::regprocedure::text, pg_get_functiondef(oid) || coalesce(proacl::text, '') from pg_proc
      where pronamespace in ('public'::regnamespace, to_regnamespace('crm')) and prokind = 'f'
    union all select 'schema', nspname, nspacl::text from pg_namespace where nspname in ('crm', 'public')
    order by 1, 2, 3`);
}

describe('a migration of an empty database', () => {
  it('makes everything, and a second one changes nothing', async () => {
    await migrate(database.url, TABLE);
    const before = await catalog();
    const settings = await database.sql('select * from crm.settings order by name');
    const id = await captureLead(database);
    const rows = await database.sql(`select key, value::text, xmin::text, ctid::text from ${TABLE} order by key`);
    await migrate(database.url, TABLE);
    expect(await catalog()).toEqual(before);
    expect(await database.sql('select * from crm.settings order by name')).toEqual(settings);
    expect(await database.sql(`select key, value::text, xmin::text, ctid::text from ${TABLE} order by key`)).toEqual(
      rows,
    );
    expect(await call(database, 'crm_get_lead', { id })).toMatchObject({ key: `lead:${id}` });
  });

  it('after a restore from another server shows entries of its future first, and hides nothing that follows', async () => {
    await migrate(database.url, TABLE);
    await database.sql(
      "insert into crm.changes (xid, key, operation) values ('9000000000000', 'old:b', 'insert'), ('8000000000000', 'old:a', 'insert')",
    );
    await migrate(database.url, TABLE);
    const id = await captureLead(database);
    const keys = async () =>
      (await call<{ changes: { key: string }[] }>(database, 'crm_list_changes', { limit: 9 })).changes.map(
        ({ key }) => key,
      );
    await expect.poll(keys, { timeout: 20_000 }).toEqual(['old:b', 'old:a', `lead:${id}`]);
  });

  it('by three at the same time succeeds three times', async () => {
    await Promise.all([migrate(database.url, TABLE), migrate(database.url, TABLE), migrate(database.url, TABLE)]);
    await captureLead(database);
    expect(await database.sql("select name from crm.settings where name = 'schema'")).toHaveLength(1);
  });

  it('works under another table name, and names no other', async () => {
    await migrate(database.url, 'kv_store_x');
    expect(await call(database, 'crm_check_health')).toMatchObject({ table: 'kv_store_x' });
    await call(database, 'crm_capture_lead', {
      lead: { email: 'a@b.co' },
      limits: { perAddress: 0, perService: 0 },
      suspicions: [],
    });
    expect(await database.sql("select key from kv_store_x where key ~ '^lead:'")).toHaveLength(1);
    expect(JSON.stringify(await catalog())).not.toContain(TABLE);
  });

  it('is the same as pasting the printed script', async () => {
    const print = (table: string) =>
      execFileSync(process.execPath, [join(import.meta.dirname, '../../../api/sql/print.ts'), '--table', table], {
        encoding: 'utf8',
      });
    const script = print('kv_store_x');
    expect(script).toBe(migrationScript('kv_store_x'));
    await migrate(database.url, 'kv_store_x');
    const migrated = await catalog();
    await database.sql(
      'drop schema crm cascade; drop schema public cascade; create schema public; grant usage on schema public to public',
    );
    await database.sql(script);
    const pasted = await catalog();
    const withoutSchema = (rows: unknown) => (rows as { kind: string }[]).filter(({ kind }) => kind !== 'schema');
    expect(withoutSchema(pasted)).toEqual(withoutSchema(migrated));
  });
});

describe('a table name', () => {
  it.each([
    '',
    'users',
    'kv_store_',
    'kv_store_X',
    'kv_store_a b',
    'kv_store_a;drop table x',
    `kv_store_${'a'.repeat(55)}`,
    'public.kv_store_a',
    'kv_store_é',
  ])('"%s" is refused by the printer with exit code 1 and one sentence', (table) => {
    let failure: { status?: number; stdout?: string; stderr?: string } = {};
    try {
      execFileSync(process.execPath, [join(import.meta.dirname, '../../../api/sql/print.ts'), `--table=${table}`], {
        encoding: 'utf8',
        stdio: 'pipe',
      });
    } catch (error) {
      failure = error as typeof failure;
    }
    expect(failure.status).toBe(1);
    expect(failure.stdout).toBe('');
    expect(failure.stderr).toMatch(/^"[^\n]*" is no table name: use kv_store_[^\n]+\.\n$/);
  });
});

describe('a migration that cannot be', () => {
  it.each([
    ['a value that is text', 'create table kv_store_3cbf86a5 (key text primary key, value text not null)'],
    ['a key that is a number', 'create table kv_store_3cbf86a5 (key integer primary key, value jsonb not null)'],
    ['no unique key', 'create table kv_store_3cbf86a5 (key text not null, value jsonb not null)'],
    [
      'a key unique only in part',
      "create table kv_store_3cbf86a5 (key text not null, value jsonb); create unique index on kv_store_3cbf86a5 (key) where key > 'a'",
    ],
    [
      'a key of two columns',
      'create table kv_store_3cbf86a5 (key text, tenant text, value jsonb, primary key (key, tenant))',
    ],
  ])('since the table has %s is refused with what to do, and changes nothing', async (_, sql) => {
    await database.sql(sql);
    const before = await catalog();
    const error = await expectSqlState(migrate(database.url, TABLE), 'P0001');
    expect(error.message).toMatch(/kv_store_3cbf86a5 exists but is no key-value table/);
    expect(error.hint).toMatch(/KV_TABLE/);
    expect(await catalog()).toEqual(before);
  });

  it('since a newer version was here is refused, and changes nothing', async () => {
    await migrate(database.url, TABLE);
    await database.sql(`update crm.settings set value = value || '{"version": 99}' where name = 'schema'`);
    const before = await catalog();
    const error = await expectSqlState(migrate(database.url, TABLE), 'P0001');
    expect(error.message).toContain('schema version 99');
    expect(error.hint).toMatch(/newer release/);
    expect(await catalog()).toEqual(before);
    expect(await database.sql("select value ->> 'version' as version from crm.settings where name = 'schema'")).toEqual(
      [{ version: '99' }],
    );
  });

  it('since the database already works on another table is refused, and changes nothing', async () => {
    await migrate(database.url, TABLE);
    const before = await catalog();
    const error = await expectSqlState(migrate(database.url, 'kv_store_other'), 'P0001');
    expect(error.message).toContain(`works on table ${TABLE}`);
    expect(error.hint).toMatch(/KV_TABLE/);
    expect(await catalog()).toEqual(before);
  });
});
