import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../rig/database.ts';
import { call, captureLead, expectSqlState, indexedIds } from '../call.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const erase = (id: string, more: object = {}) => call(database, 'crm_delete_lead', { id, actor: 'key:admin', ...more });

it('removes the row and its id and says who did', async () => {
  const [keep, id] = [await captureLead(database), await captureLead(database)];
  expect(await erase(id)).toEqual({ deleted: id });
  expect(await indexedIds(database)).toEqual([keep]);
  expect(await database.sql('select 1 from kv_store_3cbf86a5 where key = $1', [`lead:${id}`])).toEqual([]);
  const [entry] = await database.sql("select actor from crm.changes where operation = 'delete'");
  expect(entry).toEqual({ actor: 'key:admin' });
});

it('raises CRM04 the second time, and CRM09 for another version', async () => {
  const id = await captureLead(database);
  await expectSqlState(erase(id, { ifMatch: 'old' }), 'CRM09');
  expect(await indexedIds(database)).toContain(id);
  await erase(id);
  await expectSqlState(erase(id), 'CRM04');
});

it('by ten at once succeeds once', async () => {
  const id = await captureLead(database);
  const outcomes = await Promise.allSettled(Array.from({ length: 10 }, () => erase(id)));
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
});
