import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../rig/database.ts';
import { call, captureLead, expectSqlState } from '../call.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

it('gives key and value of one lead, without secrets', async () => {
  const id = await captureLead(database, { email: 'a@b.co', resetToken: 'x' });
  const found = await call<{ key: string; value: object }>(database, 'crm_get_lead', { id });
  expect(found).toMatchObject({ key: `lead:${id}`, value: { id, email: 'a@b.co' } });
  expect(found.value).not.toHaveProperty('resetToken');
});

it('gives a row that is no lead as it is', async () => {
  await database.sql("insert into kv_store_3cbf86a5 (key, value) values ('lead:lead_1_odd', 'null')");
  expect(await call(database, 'crm_get_lead', { id: 'lead_1_odd' })).toEqual({
    key: 'lead:lead_1_odd',
    value: null,
    digest: createHash('sha256').update('15:lead:lead_1_oddnull').digest('hex'),
  });
});

it.each([{ id: 'lead_1_nobody' }, { id: '%' }, { id: null }, {}])('raises CRM04 for %j', async (payload) => {
  await expectSqlState(call(database, 'crm_get_lead', payload), 'CRM04');
});
