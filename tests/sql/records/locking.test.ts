import fc from 'fast-check';
import type pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createPool, createTestDatabase, type TestDatabase } from '../../rig/database.ts';
import { capture, captureLead, indexedIds, orderDetails, storedIds } from '../call.ts';

let database: TestDatabase;
let pool: pg.Pool;
beforeAll(async () => {
  database = await createTestDatabase();
  pool = createPool(database.url, 12);
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

const SUBMISSIONS = Array.from({ length: 4 }, () => crypto.randomUUID());
const ORDER_SUBMISSIONS = Array.from({ length: 4 }, () => crypto.randomUUID());
const EMAILS = ['a@b.co', 'b@b.co', 'kavitha.raj@example.com'];

/** Users whose totals, list or lookup are not what the rows say. */
const WRONG_TOTALS = `
  with orders as (
    select value ->> 'userId' as user_id, count(*) as count, jsonb_agg(value -> 'id' order by value ->> 'id') as ids,
      sum(case when value ->> 'status' in ('cancelled', 'refunded') then 0 else (value ->> 'total')::numeric end) as spent
    from kv_store_3cbf86a5 where key ~ '^order:' group by 1
  )
  select u.key from kv_store_3cbf86a5 as u left join orders on u.key = 'user:' || user_id
  left join kv_store_3cbf86a5 as list on list.key = u.key || ':orders'
  left join kv_store_3cbf86a5 as lookup on lookup.key = 'user:email:' || lower(u.value ->> 'email')
  where u.key ~ '^user:user_[0-9]+_[a-z0-9]+$' and (
    (u.value ->> 'totalOrders')::integer <> coalesce(count, 0) or (u.value ->> 'totalSpent')::numeric <> coalesce(spent, 0)
    or coalesce(jsonb_array_length(list.value), 0) <> coalesce(count, 0) or not coalesce(list.value, '[]') @> coalesce(ids, '[]')
    or lookup.value #>> '{}' is distinct from u.value ->> 'id')`;

const limits = { perAddress: 1_000_000, perService: 1_000_000 };

it('writes of every kind on the same few records at once never lock each other out, and leave the index right', async () => {
  const anyOne = (from: string) => `(select ${from} order by random() limit 1)`;
  const lead = anyOne("substr(key, 6) from kv_store_3cbf86a5 where key ~ '^lead:'");
  const user = anyOne("substr(key, 6) from kv_store_3cbf86a5 where key ~ '^user:user_[0-9]+_[a-z0-9]+$'");
  const order = anyOne("substr(key, 7) from kv_store_3cbf86a5 where key ~ '^order:'");
  const held = anyOne('id from crm.held_submissions');
  const writes = [
    ...SUBMISSIONS.flatMap(
      (submissionId) =>
        [
          ['crm_capture_lead', capture({ email: 'a@b.co' }, { submissionId, limits, address: 'x' })],
          [
            'crm_capture_lead',
            capture({ email: 'a@b.co' }, { submissionId, limits, address: 'y', suspicions: ['many_links'] }),
          ],
        ] as const,
    ),
    ['crm_capture_lead', capture({ email: 'a@b.co' }, { limits, suspicions: ['many_links'] })],
    ['crm_release_held', { id: held, actor: 'x' }],
    ['crm_delete_held', { id: held }],
    ['crm_update_lead', { id: lead, patch: { notes: 'x' }, actor: 'x' }],
    ['crm_delete_lead', { id: lead, actor: 'x' }],
    ['crm_convert_lead', { id: lead, actor: 'x' }],
    ...EMAILS.flatMap(
      (email) =>
        [
          ['crm_create_user', { user: { email, name: 'x', accountStatus: 'active' }, actor: 'x' }],
          ['crm_update_user', { id: user, patch: { email }, actor: 'x' }],
        ] as const,
    ),
    ['crm_delete_user', { id: user, actor: 'x' }],
    ['crm_create_order', { order: orderDetails('user_0000000000002_seeduser2'), actor: 'x' }],
    ...ORDER_SUBMISSIONS.map(
      (submissionId) =>
        [
          'crm_create_order',
          { order: orderDetails('user_0000000000002_seeduser2'), submissionId, actor: 'x' },
        ] as const,
    ),
    ['crm_update_order', { id: order, patch: { status: 'processing' }, actor: 'x' }],
    ['crm_update_order', { id: order, patch: { status: 'cancelled' }, actor: 'x' }],
    ['crm_delete_order', { id: order, actor: 'x' }],
    ['crm_add_seed', { actor: 'x' }],
    ['crm_remove_seed', { actor: 'x' }],
  ] as const;
  for (let i = 0; i < 20; i++) await captureLead(database);
  const failures: string[] = [];
  await fc.assert(
    fc.asyncProperty(fc.array(fc.constantFrom(...writes), { minLength: 30, maxLength: 30 }), async (burst) => {
      await Promise.all(
        burst.map(async ([name, payload]) => {
          const { id, ...rest } = payload as { id?: string };
          const text = id === undefined ? '$1::jsonb' : `$1::jsonb || jsonb_build_object('id', ${id})`;
          await pool
            .query(`select public.${name}(${text})`, [JSON.stringify(rest)])
            .catch((error: pg.DatabaseError) => failures.push(String(error.code)));
        }),
      );
      expect(failures.filter((code) => !['CRM04', 'CRM09'].includes(code))).toEqual([]);
      for (const kind of ['lead', 'user', 'order'] as const) {
        const ids = await storedIds(database, kind);
        expect([...(await indexedIds(database, `${kind}s`))].sort(), kind).toEqual([...ids].sort());
      }
      expect(await database.sql(WRONG_TOTALS)).toEqual([]);
    }),
    { numRuns: 15 },
  );
});
