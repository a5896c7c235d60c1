import { createHash } from 'node:crypto';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../rig/database.ts';
import { type Captured, call, capture, expectSqlState, indexedIds } from '../call.ts';

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(() => database.drop());

const submissionId = '0b5ff5c4-8f8f-4f26-9a3e-5b9a7a1f4f11';
const payload = capture({ email: 'a@b.co' }, { submissionId, suspicions: ['decoy_filled'] });
const hold = async (more: object = {}) =>
  (await call<{ heldId: string }>(database, 'crm_capture_lead', { ...payload, ...more })).heldId;

it('crm_list_held pages newest first with the exact total', async () => {
  const ids: string[] = [];
  for (let i = 0; i < 5; i++) ids.push(await hold({ submissionId: null }));
  ids.sort().reverse();
  const first = await call(database, 'crm_list_held', { limit: 2 });
  expect(first).toMatchObject({ held: [{ id: ids[0] }, { id: ids[1] }], nextCursor: ids[1], total: 5 });
  const last = await call(database, 'crm_list_held', { limit: 3, cursor: ids[1] });
  expect(last).toMatchObject({ held: [{ id: ids[2] }, { id: ids[3] }, { id: ids[4] }], nextCursor: null, total: 5 });
});

it('crm_release_held makes it a lead, which a retry of the visitor then answers with', async () => {
  const id = await hold();
  const released = await call<{ leadId: string }>(database, 'crm_release_held', { id, actor: 'key:admin' });
  expect(await indexedIds(database)).toEqual([released.leadId]);
  expect(await call(database, 'crm_capture_lead', payload)).toEqual({ ...released, replayed: true });
  expect(await database.sql('select actor from crm.changes')).toEqual([{ actor: 'key:admin' }]);
  await expectSqlState(call(database, 'crm_release_held', { id, actor: 'x' }), 'CRM04');
  await expectSqlState(call(database, 'crm_delete_held', { id }), 'CRM04');
});

it('crm_delete_held removes it for good, and a retry stores nothing', async () => {
  const id = await hold();
  expect(await call(database, 'crm_delete_held', { id })).toEqual({ deleted: id });
  expect(await call(database, 'crm_capture_lead', payload)).toMatchObject({ heldId: id, replayed: true });
  expect(await database.sql('select 1 from crm.held_submissions')).toEqual([]);
  await expectSqlState(call(database, 'crm_delete_held', { id }), 'CRM04');
});

it('released and deleted at the same time, it is one of the two', async () => {
  const id = await hold();
  const outcomes = await Promise.allSettled([
    call(database, 'crm_release_held', { id, actor: 'x' }),
    call(database, 'crm_delete_held', { id }),
  ]);
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
});

it('the receipt is of what is held, then of the lead it became, and the check agrees with both', async () => {
  const digestOf = (key: string, text = '') =>
    createHash('sha256')
      .update(`${Buffer.byteLength(key)}:${key}${text}`)
      .digest('hex');
  const held = await call<Captured & { heldId: string }>(database, 'crm_capture_lead', payload);
  const [kept] = await database.sql<{ text: string }>('select submission::text as text from crm.held_submissions');
  expect(held.receipt).toMatchObject({ key: held.heldId, digest: digestOf(held.heldId, kept?.text) });
  const { leadId, receipt } = await call<Captured>(database, 'crm_release_held', { id: held.heldId, actor: 'x' });
  const [stored] = await database.sql<{ text: string }>(
    "select value::text as text from kv_store_3cbf86a5 where key ~ '^lead:'",
  );
  expect(receipt).toMatchObject({ key: `lead:${leadId}`, digest: digestOf(`lead:${leadId}`, stored?.text) });
  expect(JSON.parse(stored?.text ?? '')).toMatchObject({ ...JSON.parse(kept?.text ?? ''), id: leadId, status: 'new' });
  expect((await call(database, 'crm_get_sync')).verdict).toBe('synced');
});
