import pg from 'pg';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../rig/database.ts';
import { type Captured, call, capture, expectSqlState, indexedIds } from '../call.ts';

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(() => database.drop());

const send = (lead: object, more: object = {}) => call<Captured>(database, 'crm_capture_lead', capture(lead, more));
const submissionId = '0b5ff5c4-8f8f-4f26-9a3e-5b9a7a1f4f11';

it('writes row, index, claim and log in one transaction, whose number the receipt says', async () => {
  const { leadId, receipt, replayed } = await send({ email: 'a@b.co' }, { submissionId });
  expect(replayed).toBe(false);
  const [row] = await database.sql(
    `select kv.value, kv.created_at, c.xid::text as logged, c.actor, s.outcome from kv_store_3cbf86a5 kv
     join crm.changes c on c.key = kv.key join crm.submissions s on s.outcome ->> 'leadId' = $1 where kv.key = 'lead:' || $1`,
    [leadId],
  );
  expect(row).toMatchObject({
    value: {
      id: leadId,
      email: 'a@b.co',
      source: 'website-form',
      status: 'new',
      createdAt: receipt.storedAt,
      updatedAt: receipt.storedAt,
    },
    created_at: new Date(receipt.storedAt),
    logged: receipt.transactionId,
    actor: 'form',
    outcome: { leadId, receipt },
  });
  expect(await indexedIds(database)).toEqual([leadId]);
});

it('what the visitor sends never overrides what is ours', async () => {
  const { leadId } = await send({ email: 'a@b.co', id: 'lead_1_x', status: 'lost', createdAt: 'x', updatedAt: 'x' });
  const [row] = await database.sql<{ value: Record<string, string> }>(
    'select value from kv_store_3cbf86a5 where key = $1',
    [`lead:${leadId}`],
  );
  expect(row?.value).toMatchObject({ id: leadId, status: 'new' });
  expect(row?.value.createdAt).not.toBe('x');
});

it('the same submission again gives the same, another body CRM22, both without a token', async () => {
  const limits = { perAddress: 1, perService: 1 };
  const first = await send({ email: 'a@b.co' }, { submissionId, limits, address: 'x' });
  expect(await send({ email: 'a@b.co' }, { submissionId, limits, address: 'x' })).toEqual({ ...first, replayed: true });
  await expectSqlState(send({ email: 'b@b.co' }, { submissionId, limits, address: 'x' }), 'CRM22');
  await expectSqlState(send({ email: 'b@b.co' }, { limits, address: 'x' }), 'CRM29');
});

it('a limit that is reached keeps the submission id free', async () => {
  const limits = { perAddress: 1, perService: 10 };
  await send({ email: 'a@b.co' }, { limits, address: 'x' });
  await expectSqlState(send({ email: 'b@b.co' }, { submissionId, limits, address: 'x' }), 'CRM29');
  expect((await send({ email: 'b@b.co' }, { submissionId, limits, address: 'y' })).replayed).toBe(false);
});

it('twenty of one id at once are one lead', async () => {
  const results = await Promise.all(Array.from({ length: 20 }, () => send({ email: 'a@b.co' }, { submissionId })));
  expect(new Set(results.map(({ leadId }) => leadId)).size).toBe(1);
  expect(results.filter(({ replayed }) => !replayed)).toHaveLength(1);
  expect(await indexedIds(database)).toHaveLength(1);
});

it('a second one of the same id waits for the first and becomes the lead when the first is rolled back', async () => {
  const first = new pg.Client({ connectionString: database.url });
  await first.connect();
  await first.query('begin');
  await first.query('select public.crm_capture_lead($1)', [
    JSON.stringify(capture({ email: 'a@b.co' }, { submissionId })),
  ]);
  const second = send({ email: 'b@b.co' }, { submissionId });
  await expect
    .poll(() =>
      database.sql("select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"),
    )
    .toHaveLength(1);
  await first.query('rollback');
  await first.end();
  expect((await second).replayed).toBe(false);
  expect(await indexedIds(database)).toEqual([(await second).leadId]);
});

it('a suspicious one is held with its reasons and is no lead', async () => {
  const held = await call<{ heldId: string; receipt: { key: string } }>(
    database,
    'crm_capture_lead',
    capture({ email: 'a@b.co' }, { suspicions: ['many_links'] }),
  );
  expect(held.heldId).toMatch(/^held_\d{13}_[a-z0-9]{9}$/);
  expect(held.receipt.key).toBe(held.heldId);
  expect(await database.sql('select reasons from crm.held_submissions')).toEqual([{ reasons: ['many_links'] }]);
  expect(await database.sql('select 1 from kv_store_3cbf86a5')).toEqual([]);
});

it.each([
  ['no lead at all', {}],
  ['an id that is none', { ...capture({ email: 'a@b.co' }), submissionId: 'x' }],
])('with %s fails and stores nothing', async (_, payload) => {
  await expect(call(database, 'crm_capture_lead', payload)).rejects.toThrow();
  expect(await database.sql('select 1 from kv_store_3cbf86a5')).toEqual([]);
});
