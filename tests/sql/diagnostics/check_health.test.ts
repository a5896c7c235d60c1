import { afterAll, beforeAll, expect, it } from 'vitest';
import { SCHEMA_VERSION } from '../../../api/database/database.ts';
import { createTestDatabase, type TestDatabase } from '../../rig/database.ts';
import { call, captureLead, expectSqlState } from '../call.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

it('names engine, table and schema version after reading the table', async () => {
  const empty = await call(database, 'crm_check_health');
  expect(empty).toEqual({
    engine: expect.stringMatching(/^PostgreSQL 1[5-9]/),
    table: 'kv_store_3cbf86a5',
    schemaVersion: SCHEMA_VERSION,
    readable: 0,
  });
  await captureLead(database);
  expect(await call(database, 'crm_check_health')).toMatchObject({ readable: 1 });
});

it('says so when row level security would hide rows from the role that asks', async () => {
  const asReader =
    "create role crm_reader in role service_role; set local role crm_reader; select public.crm_check_health('{}')";
  await expectSqlState(database.sql(asReader), 'CRM03');
  expect(await database.sqlAs('service_role', "select public.crm_check_health('{}')")).toHaveLength(1);
});

it('fails when the table is gone', async () => {
  await database.sql('drop table kv_store_3cbf86a5');
  await expectSqlState(call(database, 'crm_check_health'), '42P01');
});
