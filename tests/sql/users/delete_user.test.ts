import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../rig/database.ts';
import { call, captureLead, createOrder, createUser, expectSqlState, indexedIds, type StoredRow } from '../call.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const erase = (id: string, more: object = {}) => call(database, 'crm_delete_user', { id, actor: 'key:admin', ...more });

it('leaves nothing of the person: no row, lookup, index entry, mention in a lead or value in the log', async () => {
  const leadId = await captureLead(database, { email: 'lead@example.com', name: 'Lee' });
  const { user } = await call<{ user: StoredRow }>(database, 'crm_convert_lead', { id: leadId, actor: 'x' });
  const { id } = user.value;
  await call(database, 'crm_update_user', { id, patch: { phone: '555-0147' }, actor: 'x' });
  await expectSqlState(erase(id, { ifMatch: 'old' }), 'CRM09');
  expect(await erase(id)).toEqual({ deleted: id });
  expect(await indexedIds(database, 'users')).toEqual([]);
  expect(await database.sql("select key from kv_store_3cbf86a5 where key ~ '^user:'")).toEqual([]);
  const { value: lead } = await call<StoredRow>(database, 'crm_get_lead', { id: leadId });
  expect(lead).toMatchObject({ status: 'converted', email: 'lead@example.com' });
  expect(lead).not.toHaveProperty('convertedToUserId');
  expect(await database.sql("select 1 from crm.changes where new_fields::text ~ '555-0147' or key ~ '@'")).toEqual([]);
  await expectSqlState(erase(id), 'CRM04');
});

it('with orders is CRM09, says what to do, and changes nothing', async () => {
  const id = await createUser(database);
  const { value } = await createOrder(database, id);
  await database.sql("delete from kv_store_3cbf86a5 where key ~ ':orders$'");
  const error = await expectSqlState(erase(id), 'CRM09');
  expect(error.message).toMatch(/orders \(1\).+accountStatus/);
  await call(database, 'crm_delete_order', { id: value.id, actor: 'x' });
  await erase(id);
});

it('while leads are converted and orders made leaves nothing that leads nowhere', async () => {
  const leads = await Promise.all(
    Array.from({ length: 6 }, () => captureLead(database, { email: 'many@example.com' })),
  );
  const { user } = await call<{ user: StoredRow }>(database, 'crm_convert_lead', { id: leads[0], actor: 'x' });
  await Promise.allSettled([
    ...leads.map((id) => call(database, 'crm_convert_lead', { id, actor: 'x' })),
    erase(user.value.id),
    createOrder(database, user.value.id),
  ]);
  const dangling = await database.sql(
    `select 1 from kv_store_3cbf86a5 as kv
     where (key ~ '^lead:' and not exists (select from kv_store_3cbf86a5 as u where u.key = 'user:' || (kv.value ->> 'convertedToUserId')) and kv.value ? 'convertedToUserId')
       or (key ~ '^order:' and not exists (select from kv_store_3cbf86a5 as u where u.key = 'user:' || (kv.value ->> 'userId')))`,
  );
  expect(dangling).toEqual([]);
});
