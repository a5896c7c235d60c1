import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../rig/database.ts';
import { call, createUser, expectSqlState, type StoredRow } from '../call.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const find = (email: string | null) => call<StoredRow>(database, 'crm_get_user_by_email', { email });

it('gives the user in whatever case, without secrets', async () => {
  const id = await createUser(database, { email: 'Ann@Example.com', resetToken: 'x' });
  const { key, value } = await find('aNN@example.COM');
  expect(key).toBe(`user:${id}`);
  expect(value).not.toHaveProperty('resetToken');
});

it('raises CRM04 for an email that leads nowhere, to another one or is none', async () => {
  const id = await createUser(database);
  await database.sql(
    `insert into kv_store_3cbf86a5 (key, value) values ('user:email:gone@b.co', '"user_1_gone"'), ('user:email:other@b.co', to_jsonb($1::text))`,
    [id],
  );
  for (const email of ['gone@b.co', 'other@b.co', '%', '', null]) await expectSqlState(find(email), 'CRM04');
});
