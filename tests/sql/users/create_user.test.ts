import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../rig/database.ts';
import { call, createUser, expectSqlState, indexedIds, type StoredRow } from '../call.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const byEmail = (email: string) => call<StoredRow>(database, 'crm_get_user_by_email', { email });
it('writes row, lookup and index, and no lookup into the log: its key is an email', async () => {
  const id = await createUser(database, { email: 'Ann@Example.com', tags: ['a'] });
  const { key, value } = await byEmail('aNN@example.COM');
  expect(key).toBe(`user:${id}`);
  expect(value).toMatchObject({ id, email: 'Ann@Example.com', totalOrders: 0, totalSpent: 0, loyaltyPoints: 0 });
  expect(value.signupDate).toBe(value.updatedAt);
  expect((await indexedIds(database, 'users'))[0]).toBe(id);
  const logged = await database.sql("select key, actor from crm.changes where key ~ '^user:'");
  expect(logged).toEqual([{ key: `user:${id}`, actor: 'key:admin' }]);
});

it('answers with what reading them gives, and keeps from both what reading withholds', async () => {
  const user = { email: 'dee@example.com', accountStatus: 'active', preferences: { token: 'hunter2', style: 'oak' } };
  const created = await call<StoredRow>(database, 'crm_create_user', { user, actor: 'x' });
  expect(created).toEqual(await call(database, 'crm_get_user', { id: created.value.id }));
  expect(created.value.preferences).toEqual({ style: 'oak' });
});

it('with an email that somebody has in another case is CRM09', async () => {
  await createUser(database, { email: 'bob@example.com' });
  await expectSqlState(createUser(database, { email: 'BOB@example.com' }), 'CRM09');
});

it('twenty at once with one email are one user', async () => {
  const outcomes = await Promise.allSettled(
    Array.from({ length: 20 }, (_, i) => createUser(database, { email: i % 2 ? 'cy@example.com' : 'CY@example.com' })),
  );
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  const rows = await database.sql(
    "select 1 from kv_store_3cbf86a5 where key ~ '^user:user_' and lower(value ->> 'email') = 'cy@example.com'",
  );
  expect(rows).toHaveLength(1);
});

it('takes over a lookup that leads nowhere, or to somebody with another email', async () => {
  const other = await createUser(database);
  await database.sql(
    `insert into kv_store_3cbf86a5 (key, value) values ('user:email:dan@example.com', '"user_1_gone"'),
     ('user:email:eve@example.com', to_jsonb($1::text)), ('user:email:fay@example.com', '{"odd": 1}')`,
    [other],
  );
  for (const email of ['dan@example.com', 'eve@example.com', 'fay@example.com']) {
    const id = await createUser(database, { email });
    expect((await byEmail(email)).value.id).toBe(id);
  }
});
