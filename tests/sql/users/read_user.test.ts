import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../rig/database.ts';
import { call, createUser, type StoredRow } from '../call.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

it('a user of an older install is read and told of without the password hash, by id and by email', async () => {
  const id = await createUser(database, { email: 'Old@example.com' });
  const key = `user:${id}`;
  const withHash = (hash: string) =>
    database.sql(
      "update kv_store_3cbf86a5 set value = value || jsonb_build_object('password', $2::text, 'tags', jsonb_build_array($2::text)) where key = $1",
      [key, hash],
    );
  await withHash('hunter2');
  await withHash('hunter3');
  const found = await call<StoredRow>(database, 'crm_get_user', { id });
  expect(found).toEqual({ key, value: expect.objectContaining({ id, email: 'Old@example.com', tags: ['hunter3'] }) });
  expect(found.value).not.toHaveProperty('password');
  expect(await call(database, 'crm_get_user_by_email', { email: 'oLD@example.com' })).toEqual(found);
  const { changes } = await call<{ changes: { fields: object }[] }>(database, 'crm_list_user_history', { id });
  expect(changes.map(({ fields }) => fields)).toEqual([
    {},
    { tags: { to: ['hunter2'] } },
    { tags: { from: ['hunter2'], to: ['hunter3'] } },
  ]);
});

it('the history of a deleted user tells who did what when, and nothing of the person', async () => {
  const id = await createUser(database, { name: 'Ann' });
  await call(database, 'crm_update_user', { id, patch: { name: 'Anna' }, actor: 'bob' });
  await call(database, 'crm_delete_user', { id, actor: 'cy' });
  const { changes } = await call<{ changes: object[] }>(database, 'crm_list_user_history', { id });
  expect(changes.map((entry) => ({ ...entry, at: '', cursor: '' }))).toEqual([
    { key: `user:${id}`, operation: 'insert', actor: 'key:admin', fields: {}, at: '', cursor: '' },
    { key: `user:${id}`, operation: 'update', actor: 'bob', fields: {}, at: '', cursor: '' },
    { key: `user:${id}`, operation: 'delete', actor: 'cy', fields: {}, at: '', cursor: '' },
  ]);
});
