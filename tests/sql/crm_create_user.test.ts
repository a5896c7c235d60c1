import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../rig/database.ts';
import { call, createUser, expectSqlState, indexedIds, type StoredRow } from './call.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const byEmail = (email: string) => call<StoredRow>(database, 'crm_get_user_by_email', { email });
const update = (id: string, patch: object) =>
  call<StoredRow>(database, 'crm_update_user', { id, patch, actor: 'key:admin' });

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

it('a new email moves the lookup, and one of somebody else moves nothing', async () => {
  const id = await createUser(database, { email: 'gil@example.com' });
  await createUser(database, { email: 'hal@example.com' });
  await expectSqlState(update(id, { email: 'HAL@example.com', name: 'x' }), 'CRM09');
  expect((await byEmail('gil@example.com')).value).toMatchObject({ id, name: 'Ann' });
  await update(id, { email: 'gilbert@example.com' });
  expect((await byEmail('gilbert@example.com')).value.id).toBe(id);
  await expectSqlState(byEmail('gil@example.com'), 'CRM04');
  await createUser(database, { email: 'gil@example.com' });
});

it('two who swap emails wait for nobody for ever, and nobody ends up with both', async () => {
  const [a, b] = [await createUser(database, { email: 'a@x.co' }), await createUser(database, { email: 'b@x.co' })];
  for (let i = 0; i < 20; i++) {
    const outcomes = await Promise.allSettled([update(a, { email: 'b@x.co' }), update(b, { email: 'a@x.co' })]);
    for (const outcome of outcomes)
      if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'CRM09' });
  }
  const lookups = await database.sql(
    "select key, value from kv_store_3cbf86a5 where key ~ '^user:email:[ab]@x.co$' order by key",
  );
  expect(lookups.map(({ value }) => value)).toEqual([a, b]);
});
