import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../rig/database.ts';
import { call, createOrder, createUser, expectSqlState, type StoredRow } from '../call.ts';

const TABLE = 'kv_store_3cbf86a5';

let database: TestDatabase;
let user: string;
beforeAll(async () => {
  database = await createTestDatabase();
  user = await createUser(database);
});
afterAll(() => database.drop());

const read = (id: string) => call<StoredRow & { digest?: string }>(database, 'crm_get_order', { id });
const history = async (id: string) =>
  (await call<{ changes: unknown[] }>(database, 'crm_list_order_history', { id })).changes;

it('an order is read with the digest of the text that is stored', async () => {
  const { value } = await createOrder(database, user);
  const [stored] = await database.sql<{ text: string }>(`select value::text as text from ${TABLE} where key = $1`, [
    `order:${value.id}`,
  ]);
  const digest = createHash('sha256')
    .update(`${`order:${value.id}`.length}:order:${value.id}${stored?.text}`)
    .digest('hex');
  expect(await read(value.id)).toEqual({
    key: `order:${value.id}`,
    value,
    nextStatuses: ['processing', 'cancelled'],
    digest,
  });
});

it('one is read with exactly those steps that the workflow then lets it take', async () => {
  const { id } = (await createOrder(database, user)).value;
  const setStatus = (status: string) =>
    database.sql(`update ${TABLE} set value = value || jsonb_build_object('status', $2::text) where key = $1`, [
      `order:${id}`,
      status,
    ]);
  await setStatus('of an older install');
  const { nextStatuses: all = [] } = await read(id);
  expect(all).toHaveLength(9);
  for (const from of all) {
    await setStatus(from);
    const { nextStatuses = [] } = await read(id);
    for (const to of all.filter((status) => status !== from)) {
      const step = call(database, 'crm_update_order', { id, patch: { status: to }, actor: 'a' });
      if (nextStatuses.includes(to)) await step;
      else await expectSqlState(step, 'CRM09');
      await setStatus(from);
    }
  }
});

it('one with a secret in its row shows the rest, and no digest to guess the secret by', async () => {
  const { id } = (await createOrder(database, user)).value;
  await database.sql(`update ${TABLE} set value = value || '{"resetToken": "hunter2"}' where key = $1`, [
    `order:${id}`,
  ]);
  const found = await read(id);
  expect(found).not.toHaveProperty('digest');
  expect(JSON.stringify([found, await history(id)])).not.toContain('hunter2');
  expect(found.value).toMatchObject({ id, total: 109.9 });
});

it('its history tells who changed which amount from what to what, and nothing of it once the order is deleted', async () => {
  const { id } = (await createOrder(database, user)).value;
  await call(database, 'crm_update_order', { id, patch: { shipping: 20 }, actor: 'ann' });
  expect(await history(id)).toMatchObject([
    { operation: 'insert', actor: 'key:admin', fields: {} },
    {
      operation: 'update',
      actor: 'ann',
      fields: { shipping: { from: 10, to: 20 }, total: { from: 109.9, to: 119.9 } },
    },
  ]);
  await call(database, 'crm_delete_order', { id, actor: 'bob' });
  expect((await history(id)).map((entry) => ({ ...(entry as object), cursor: '', at: '' }))).toEqual([
    { key: `order:${id}`, operation: 'insert', actor: 'key:admin', fields: {}, cursor: '', at: '' },
    { key: `order:${id}`, operation: 'update', actor: 'ann', fields: {}, cursor: '', at: '' },
    { key: `order:${id}`, operation: 'delete', actor: 'bob', fields: {}, cursor: '', at: '' },
  ]);
});

it("the orders of a user are in pages, and nobody's filter turns them into those of another user", async () => {
  const [ann, bob] = [await createUser(database), await createUser(database)];
  const ids: string[] = [];
  for (let i = 0; i < 5; i++) ids.unshift((await createOrder(database, ann)).value.id);
  await createOrder(database, bob);
  const page = (more: object) =>
    call<{ rows: StoredRow[]; nextCursor: string | null; total?: number }>(database, 'crm_list_user_orders', {
      id: ann,
      userId: bob,
      limit: 2,
      ...more,
    });
  const seen: string[] = [];
  let cursor: string | null = null;
  do {
    const { rows, nextCursor, total }: Awaited<ReturnType<typeof page>> = await page({ cursor, total: '1' });
    expect(total).toBe(5);
    seen.push(...rows.map(({ value }) => value.id));
    cursor = nextCursor;
  } while (cursor);
  expect(seen).toEqual(ids);
});
