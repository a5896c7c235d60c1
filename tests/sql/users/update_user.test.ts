import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../rig/database.ts';
import { call, createUser, expectSqlState, type StoredRow } from '../call.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const byEmail = (email: string) => call<StoredRow>(database, 'crm_get_user_by_email', { email });
const update = (id: string, patch: object, more: object = {}) =>
  call<StoredRow>(database, 'crm_update_user', { id, patch, actor: 'key:admin', ...more });

it('merges, removes by null, keeps the rest, and writes nothing when nothing changes', async () => {
  const id = await createUser(database, { phone: '1', legacy: { any: [1] }, password: '$2b$10$x' });
  const { value } = await update(id, { phone: null, accountStatus: 'suspended' });
  expect(value).toMatchObject({ id, legacy: { any: [1] }, accountStatus: 'suspended' });
  expect(value).not.toHaveProperty('phone');
  expect(value).not.toHaveProperty('password');
  expect((await update(id, { accountStatus: 'suspended' })).value).toEqual(value);
  const [row] = await database.sql<{ value: object }>('select value from kv_store_3cbf86a5 where key = $1', [
    `user:${id}`,
  ]);
  expect(row?.value).toEqual({ ...value, password: '$2b$10$x' });
});

it('raises CRM04 for nobody, CRM09 for another version and for a row that would be no user', async () => {
  await expectSqlState(update('user_1_nobody', { name: 'x' }), 'CRM04');
  await expectSqlState(update(await createUser(database), { name: 'x' }, { ifMatch: 'old' }), 'CRM09');
  for (const value of ['"text"', '[]', '{"id":"user_2_x","email":"a@b.co"}', '{"id":"user_1_bad"}']) {
    await database.sql("insert into kv_store_3cbf86a5 (key, value) values ('user:user_1_bad', $1)", [value]);
    await expectSqlState(update('user_1_bad', { name: 'x' }), 'CRM09');
    await database.sql("delete from kv_store_3cbf86a5 where key = 'user:user_1_bad'");
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
