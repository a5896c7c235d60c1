import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../rig/database.ts';
import { call, captureLead, expectSqlState } from '../call.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const history = async (id: string) =>
  (await call<{ changes: { operation: string; fields: object }[] }>(database, 'crm_list_lead_history', { id })).changes;

it('gives the latest 500 writes of one lead, oldest of them first', async () => {
  const id = await captureLead(database);
  await captureLead(database);
  await database.sql(
    `do $$ begin for i in 1..505 loop
       update kv_store_3cbf86a5 set value = value || jsonb_build_object('n', i) where key = 'lead:${id}';
     end loop; end $$`,
  );
  const changes = await history(id);
  expect(changes).toHaveLength(500);
  expect(changes[0]).toMatchObject({ operation: 'update', fields: { n: { from: 5, to: 6 } } });
  expect(changes[499]).toMatchObject({ fields: { n: { from: 504, to: 505 } } });
});

it('is empty for a row from before the log, and CRM04 where there never was one', async () => {
  await database.sql(
    "insert into kv_store_3cbf86a5 (key, value) values ('lead:lead_1_old', '{}'); delete from crm.changes where key = 'lead:lead_1_old'",
  );
  expect(await history('lead_1_old')).toEqual([]);
  await expectSqlState(history('lead_1_nobody'), 'CRM04');
});
