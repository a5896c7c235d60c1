import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../rig/database.ts';
import { call, captureLead, expectSqlState } from '../call.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const update = (id: string, patch: object, more: object = {}) =>
  call<{ key: string; value: Record<string, unknown> }>(database, 'crm_update_lead', {
    id,
    patch,
    actor: 'key:admin',
    ...more,
  });
const stored = async (id: string) => {
  const [row] = await database.sql<{ value: Record<string, unknown>; xmin: string; created_at: Date }>(
    'select value, xmin::text, created_at from kv_store_3cbf86a5 where key = $1',
    [`lead:${id}`],
  );
  if (!row) throw new Error(`no ${id}`);
  return row;
};

it('merges, removes by null, keeps the rest, and gives what is stored', async () => {
  const id = await captureLead(database, { email: 'a@b.co', name: 'Ann', legacy: { any: [1] } });
  const before = await stored(id);
  const { key, value } = await update(id, { name: null, status: 'contacted' });
  const after = await stored(id);
  expect(key).toBe(`lead:${id}`);
  expect(value).toEqual(after.value);
  const { name: _, ...rest } = before.value;
  expect(after.value).toEqual({ ...rest, status: 'contacted', updatedAt: after.value.updatedAt });
  expect(after.created_at).toEqual(before.created_at);
});

it('moves updatedAt forward even when the clock does not', async () => {
  const id = await captureLead(database);
  await database.sql(
    `update kv_store_3cbf86a5 set value = value || '{"updatedAt":"2999-01-01T00:00:00.000Z"}' where key = $1`,
    [`lead:${id}`],
  );
  expect((await update(id, { notes: '1' })).value.updatedAt).toBe('2999-01-01T00:00:00.001Z');
  for (const odd of ['yesterday', '', '2026-11-22', null]) {
    await database.sql(
      `update kv_store_3cbf86a5 set value = value || jsonb_build_object('updatedAt', $2::text) where key = $1`,
      [`lead:${id}`, odd],
    );
    expect((await update(id, { notes: `${odd}!` })).value.updatedAt).toMatch(/^20\d\d-.*Z$/);
  }
});

it('writes nothing when nothing changes', async () => {
  const id = await captureLead(database, { email: 'a@b.co', name: 'Ann' });
  const before = await stored(id);
  await update(id, { name: 'Ann', phone: null });
  expect(await stored(id)).toEqual(before);
});

it('by many at once loses no change', async () => {
  const id = await captureLead(database);
  await Promise.all(Array.from({ length: 20 }, (_, i) => update(id, { [`own${i}`]: 'x' })));
  expect(Object.keys((await stored(id)).value).filter((name) => name.startsWith('own'))).toHaveLength(20);
});

it('raises CRM04 for no lead and CRM09 for another version, and changes nothing', async () => {
  await expectSqlState(update('lead_1_nobody', { notes: 'x' }), 'CRM04');
  const id = await captureLead(database);
  const before = await stored(id);
  await expectSqlState(update(id, { notes: 'x' }, { ifMatch: 'old' }), 'CRM09');
  expect(await stored(id)).toEqual(before);
  await update(id, { notes: 'x' }, { ifMatch: before.value.updatedAt });
});

it('raises CRM09 where the row would be no lead afterwards, and changes nothing', async () => {
  for (const value of ['"text"', '[]', 'null', '{}', '{"id":"lead_2_bad"}', '{"id":"lead_1_other","email":"a@b.co"}']) {
    await database.sql("insert into kv_store_3cbf86a5 (key, value) values ('lead:lead_2_bad', $1)", [value]);
    await expectSqlState(update('lead_2_bad', { notes: 'x' }), 'CRM09');
    expect(
      await database.sql("delete from kv_store_3cbf86a5 where key = 'lead:lead_2_bad' returning value::text"),
    ).toEqual([{ value: value.replaceAll(':', ': ').replaceAll(',', ', ') }]);
  }
});

it('mends a row that it can', async () => {
  await database.sql(
    `insert into kv_store_3cbf86a5 (key, value) values ('lead:lead_3_bad', '{"id":"lead_3_bad","name":5}')`,
  );
  await update('lead_3_bad', { email: 'a@b.co', name: 'Ann' });
  expect((await stored('lead_3_bad')).value).toMatchObject({ email: 'a@b.co', name: 'Ann' });
});
