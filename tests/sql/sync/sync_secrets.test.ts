import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../rig/database.ts';
import { call } from '../call.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

it('names no secret that stands in an index, a list or a lookup, nor does the repair', async () => {
  const user = { id: 'user_1_a', passwordHash: 'hunter2' };
  const list = JSON.stringify([user, JSON.stringify(user), [user], 'user_1_gone']);
  for (const key of ['users:index', 'leads:index:1', 'user:user_1_gone:orders', 'user:email:gone@example.com']) {
    await database.sql(
      'insert into kv_store_3cbf86a5 (key, value) values ($1, $2) on conflict (key) do update set value = excluded.value',
      [key, list],
    );
  }
  const odd = { id: 'user_2_b', email: 'b@example.com', loyaltyPoints: { resetToken: 'hunter3' } };
  await database.sql(`insert into kv_store_3cbf86a5 (key, value) values ('user:user_2_b', $1)`, [JSON.stringify(odd)]);
  const report = await call(database, 'crm_get_sync');
  expect(JSON.stringify(report)).toContain('user:user_1_gone');
  const repair = await call(database, 'crm_repair_sync', { actor: 'key:admin' });
  expect(JSON.stringify(repair)).toContain('user_1_gone');
  expect(JSON.stringify([report, repair])).not.toMatch(/hunter/);
});
