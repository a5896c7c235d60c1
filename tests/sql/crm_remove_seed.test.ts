import { afterEach, beforeEach, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../rig/database.ts';
import { call, captureLead, indexedIds, storedIds } from './call.ts';

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(() => database.drop());

const seed = () => call(database, 'crm_add_seed', { actor: 'key:admin' });
const remove = () =>
  call<{ removed: Record<'leads' | 'users' | 'orders', number> }>(database, 'crm_remove_seed', { actor: 'key:admin' });

it('removes the seeded leads, also an edited one, and no other', async () => {
  const real = await captureLead(database, { email: 'david.lim@example.com', seed: true });
  await seed();
  const [, edited] = await storedIds(database);
  await call(database, 'crm_update_lead', { id: edited, patch: { email: 'other@example.com' }, actor: 'x' });
  expect(await remove()).toEqual({ removed: { leads: 6, users: 3, orders: 3 } });
  expect(await storedIds(database)).toEqual([real]);
  expect(await indexedIds(database)).toEqual([real]);
  const entries = await database.sql("select actor from crm.changes where operation = 'delete'");
  expect(entries).toEqual(Array(12).fill({ actor: 'key:admin' }));
  expect(await database.sql("select 1 from crm.changes where new_fields::text ~ 'other@example'")).toEqual([]);
});

it('removes what is left of them, then nothing', async () => {
  await seed();
  const [id] = await storedIds(database);
  await call(database, 'crm_delete_lead', { id, actor: 'x' });
  expect(await remove()).toEqual({ removed: { leads: 5, users: 3, orders: 3 } });
  expect(await remove()).toEqual({ removed: { leads: 0, users: 0, orders: 0 } });
  expect(await indexedIds(database)).toEqual([]);
});

it('while others seed, remove and capture leaves index and rows equal', async () => {
  await Promise.all(Array.from({ length: 24 }, (_, i) => [seed, remove, () => captureLead(database)][i % 3]?.()));
  expect(await indexedIds(database)).toEqual(await storedIds(database));
});
