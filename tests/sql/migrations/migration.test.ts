import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { explainMigration, migrate } from '../../../api/sql/migrate.ts';
import { migrationScript } from '../../../api/sql/script.ts';
import { createTestDatabase, type TestDatabase } from '../../rig/database.ts';
import { call, captureLead, expectSqlState } from '../call.ts';
import { dumpSchema } from './dump.ts';

const TABLE = 'kv_store_3cbf86a5';
const RESET =
  'drop schema crm cascade; drop schema public cascade; create schema public; grant usage on schema public to public';

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase('empty');
});
afterEach(() => database.drop());

const catalog = () => dumpSchema(database, true);

describe('a migration of an empty database', () => {
  it('makes everything, and a second one changes nothing', async () => {
    await migrate(database.url, TABLE);
    const before = await catalog();
    const state = () => database.sql('select xmin::text, * from crm.settings order by name');
    const settings = await state();
    const ran = await database.sql('select xmin::text, * from crm.migrations');
    const id = await captureLead(database);
    const rows = await database.sql(`select key, value::text, xmin::text, ctid::text from ${TABLE} order by key`);
    await migrate(database.url, TABLE);
    expect(await catalog()).toEqual(before);
    expect(await state()).toEqual(settings);
    expect(await database.sql('select xmin::text, * from crm.migrations')).toEqual(ran);
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
    await expect.poll(keys).toEqual(['old:b', 'old:a', `lead:${id}`]);
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
    expect(await catalog()).not.toContain(TABLE);
  });

  it('does not depend on the order in which the files of functions run', async () => {
    await migrate(database.url, TABLE);
    const made = await catalog();
    const script = migrationScript(TABLE);
    const folder = join(import.meta.dirname, '../../../api/sql/functions');
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.sql'))
      .map((path) => readFileSync(join(folder, path), 'utf8').trim())
      .sort((a, b) => script.indexOf(a) - script.indexOf(b));
    const inOrder = files.join('\n\n');
    expect(script).toContain(inOrder);
    await database.sql(RESET);
    await database.sql(script.replace(inOrder, () => files.toReversed().join('\n\n')));
    expect(await catalog()).toBe(made);
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
    await database.sql(RESET);
    await database.sql(script);
    expect(await catalog()).toBe(migrated);
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

  it.each([
    [
      'ran a migration that is not ours',
      "insert into crm.migrations (number, name, checksum) values (99, 'later', 'x')",
      '000099_later',
    ],
    [
      'ran a migration of ours with another text',
      "update crm.migrations set checksum = 'x' where number = 2",
      '000002_changes',
    ],
  ])('since another release %s is refused, and changes nothing', async (_, sql, named) => {
    await migrate(database.url, TABLE);
    await database.sql(sql);
    // Would be made again.
    await database.sql('drop function public.crm_get_lead(jsonb)');
    const before = await catalog();
    const error = await expectSqlState(migrate(database.url, TABLE), 'P0001');
    expect(error.message).toBe(`This database has migrations that this release does not have: ${named}`);
    expect(error.hint).toMatch(/^Start the release that ran them, or a newer one\. .*restore a backup/);
    expect(await catalog()).toBe(before);
    expect(explainMigration(error)).toMatch(/nothing was changed: Start the release/);
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
