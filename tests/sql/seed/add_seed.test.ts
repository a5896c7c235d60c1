import { afterEach, beforeEach, expect, it } from 'vitest';
import { lead } from '../../../shared/contract/lead.ts';
import { SOURCES, STATUSES } from '../../../shared/contract/limits.ts';
import { createTestDatabase, type TestDatabase } from '../../rig/database.ts';
import { call, captureLead, createOrder, indexedIds, storedIds } from '../call.ts';

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(() => database.drop());

const seed = () =>
  call<{ added: Record<'leads' | 'users' | 'orders', number> }>(database, 'crm_add_seed', { actor: 'key:admin' });
const leads = async () =>
  (
    await database.sql<{ value: unknown }>(
      `select value from kv_store_3cbf86a5 where key ~ '^lead:' order by key collate "C"`,
    )
  ).map(({ value }) => lead.parse(value));

it('adds six leads of every source and status, marked, over the last three weeks', async () => {
  expect(await seed()).toEqual({ added: { leads: 6, users: 3, orders: 3 } });
  const added = await leads();
  expect(new Set(added.map(({ source }) => source))).toEqual(new Set(SOURCES));
  expect(new Set(added.map(({ status }) => status))).toEqual(new Set(STATUSES));
  for (const { seed: marked, email, createdAt } of added) {
    expect(marked).toBe(true);
    expect(email).toMatch(/@example\.com$/);
    const age = Date.now() - Date.parse(createdAt ?? '');
    expect(age).toBeGreaterThan(0);
    expect(age).toBeLessThan(21 * 86_400_000);
  }
  const moments = added.map(({ createdAt }) => createdAt);
  expect(moments).toEqual([...moments].sort());
  expect(await indexedIds(database)).toEqual(await storedIds(database));
  const entries = await database.sql("select distinct operation, actor from crm.changes where key ~ '^lead:'");
  expect(entries).toEqual([{ operation: 'insert', actor: 'key:admin' }]);
});

it('again adds nothing, and an edited one stays as it is', async () => {
  await seed();
  const [id] = await storedIds(database);
  await call(database, 'crm_update_lead', { id, patch: { notes: 'ours' }, actor: 'x' });
  const before = await leads();
  expect(await seed()).toEqual({ added: { leads: 0, users: 0, orders: 0 } });
  expect(await leads()).toEqual(before);
});

it('by ten at once adds them once', async () => {
  const added = await Promise.all(Array.from({ length: 10 }, async () => (await seed()).added.leads));
  expect(added.sort()).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 6]);
  expect(await indexedIds(database)).toEqual(await storedIds(database));
});

it.each([1, 150, 199, 320])('behind %i real ones, and brings deleted ones back to their place', async (real) => {
  await database.sql(
    `select public.crm_capture_lead('{"lead":{"email":"a@b.co"},"limits":{"perAddress":0,"perService":0},"suspicions":[]}') from generate_series(1, $1::integer)`,
    [real],
  );
  await seed();
  const ids = await storedIds(database);
  expect(ids).toHaveLength(real + 6);
  expect(await indexedIds(database)).toEqual(ids);
  for (const id of [ids[real + 1], ids[real + 4]]) await call(database, 'crm_delete_lead', { id, actor: 'x' });
  for (let i = 0; i < 10; i++) await captureLead(database);
  expect(await seed()).toEqual({ added: { leads: 2, users: 0, orders: 0 } });
  expect(await indexedIds(database)).toEqual(await storedIds(database));
});

it('stands behind the real orders of a user, also when it comes back', async () => {
  await seed();
  const user = 'user_0000000000001_seeduser1';
  const first = (await createOrder(database, user)).value.id;
  const second = (await createOrder(database, user)).value.id;
  await call(database, 'crm_remove_seed', { actor: 'x' });
  await seed();
  const [list] = await database.sql('select value from kv_store_3cbf86a5 where key = $1', [`user:${user}:orders`]);
  expect(list?.value).toEqual([second, first, 'order_0000000000001_seedorder1']);
});
