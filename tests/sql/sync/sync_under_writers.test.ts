import type pg from 'pg';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { RepairReply, SyncReport } from '../../../shared/contract/sync-report.ts';
import { createPool, createTestDatabase, type TestDatabase } from '../../rig/database.ts';
import { call, capture, indexedIds, orderDetails, storedIds } from '../call.ts';
import { withoutServer } from './sync-faults.ts';

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(() => database.drop());

const findings = async () => withoutServer(await call<SyncReport>(database, 'crm_get_sync'));
const KINDS = [
  ['lead', 'leads'],
  ['user', 'users'],
  ['order', 'orders'],
] as const;

/** What eight writers do, one after another's turn, on whatever records there are; ends when all eight are done. */
function writersOn(pool: pg.Pool): { write: (times: number) => Promise<void>; failures: unknown[] } {
  const anyOne = (pattern: string) =>
    `jsonb_build_object('id', (select split_part(key, ':', 2) from kv_store_3cbf86a5 where key ~ '${pattern}' order by random() limit 1))`;
  const lead = anyOne('^lead:');
  const user = anyOne('^user:user_[0-9]+_[a-z0-9]+$');
  const order = anyOne('^order:');
  const held = `jsonb_build_object('id', (select id from crm.held_submissions order by random() limit 1))`;
  const submission = "jsonb_build_object('submissionId', gen_random_uuid())";
  const none = "'{}'";
  const writes: [string, object, string][] = [
    ['crm_capture_lead', capture({ email: 'a@b.co' }), submission],
    ['crm_capture_lead', capture({ email: 'b@b.co' }, { suspicions: ['decoy_filled'] }), submission],
    ['crm_release_held', { actor: 'x' }, held],
    ['crm_update_lead', { patch: { notes: 'called' }, actor: 'x' }, lead],
    ['crm_convert_lead', { actor: 'x' }, lead],
    ['crm_delete_lead', { actor: 'x' }, lead],
    ['crm_create_user', { user: { email: 'c@b.co', name: 'x', accountStatus: 'active' }, actor: 'x' }, none],
    ['crm_update_user', { patch: { email: 'd@b.co' }, actor: 'x' }, user],
    ['crm_delete_user', { actor: 'x' }, user],
    ['crm_create_order', { order: orderDetails('user_0000000000002_seeduser2'), actor: 'x' }, none],
    ['crm_update_order', { patch: { status: 'cancelled' }, actor: 'x' }, order],
    ['crm_delete_order', { actor: 'x' }, order],
    ['crm_add_seed', { actor: 'x' }, none],
    ['crm_remove_seed', { actor: 'x' }, none],
  ];
  const failures: unknown[] = [];
  let turn = 0;
  const one = async (times: number) => {
    for (let i = 0; i < times; i++) {
      const [name, payload, more] = writes[(turn++ * 5) % writes.length] ?? ['', {}, none];
      await pool
        .query(`select public.${name}($1::jsonb || ${more})`, [JSON.stringify(payload)])
        .catch((error: pg.DatabaseError) => {
          if (!['CRM04', 'CRM09'].includes(error.code ?? '')) failures.push(error);
        });
    }
  };
  return { failures, write: async (times) => void (await Promise.all(Array.from({ length: 8 }, () => one(times)))) };
}

async function withPool(work: (pool: pg.Pool) => Promise<void>): Promise<void> {
  const pool = createPool(database.url, 12);
  await work(pool).finally(() => pool.end());
}

it('500 checks while eight write find nothing wrong', async () => {
  await withPool(async (pool) => {
    const { write, failures } = writersOn(pool);
    let checks = 0;
    const check = async () => {
      const { rows } = await pool.query<{ report: SyncReport }>("select public.crm_get_sync('{}') as report");
      expect(rows.map(({ report }) => withoutServer(report))).toEqual([[]]);
      checks++;
    };
    while (checks < 500) await Promise.all([write(2), check(), check(), check(), check()]);
    expect(failures).toEqual([]);
  });
  const [{ written } = { written: 0 }] = await database.sql<{ written: number }>(
    'select count(*)::int as written from crm.changes',
  );
  expect(written).toBeGreaterThan(1000);
});

it('repairs while eight write, and leaves nothing wrong', async () => {
  await call(database, 'crm_add_seed', { actor: 'x' });
  await withPool(async (pool) => {
    const { write, failures } = writersOn(pool);
    let changed = 0;
    for (let i = 0; i < 20; i++) {
      const tampered = async () => {
        for (const [, entity] of KINDS) await pool.query(`delete from kv_store_3cbf86a5 where key = '${entity}:index'`);
        await pool.query(
          `update kv_store_3cbf86a5 set value = value || '{"totalSpent": 1}' where key = (
            select key from kv_store_3cbf86a5 where key ~ '^user:user_[0-9]+_[a-z0-9]+$' limit 1)`,
        );
        const { rows } = await pool.query<{ done: RepairReply }>("select public.crm_repair_sync('{}') as done");
        expect(rows.map(({ done }) => withoutServer(done.report))).toEqual([[]]);
        // None when the writers have just left no record to be wrong about.
        changed += rows[0]?.done.changeCount ?? 0;
      };
      await Promise.all([write(6), tampered()]);
    }
    expect(changed).toBeGreaterThan(20);
    expect(failures).toEqual([]);
  });
  expect(await findings()).toEqual([]);
  for (const [kind, entity] of KINDS) {
    expect([...(await indexedIds(database, entity))].sort()).toEqual([...(await storedIds(database, kind))].sort());
  }
});
