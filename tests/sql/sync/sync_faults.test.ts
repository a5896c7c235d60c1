import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FINDING_CODES, type RepairReply, type SyncReport } from '../../../shared/contract/sync-report.ts';
import { createTestDatabase, type TestDatabase } from '../../rig/database.ts';
import { call } from '../call.ts';
import { FAULTS, tamper, withoutServer } from './sync-faults.ts';

let database: TestDatabase;
let client: pg.Client;
beforeAll(async () => {
  database = await createTestDatabase();
  await call(database, 'crm_add_seed', { actor: 'x' });
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
});
afterAll(async () => {
  await client.end();
  await database.drop();
});
// Each fault is made, found and repaired in a transaction that never ends well, so all can share one database.
beforeEach(async () => {
  await client.query('begin');
});
afterEach(async () => {
  await client.query('rollback');
});

async function run<Result>(name: string, payload: object): Promise<Result> {
  const { rows } = await client.query<{ result: Result }>(`select public.${name}($1) as result`, [
    JSON.stringify(payload),
  ]);
  if (!rows[0]) throw new Error(`${name} gave no row.`);
  return rows[0].result;
}
const repair = (dryRun: boolean) => run<RepairReply>('crm_repair_sync', { dryRun, actor: 'key:admin' });

const allRows = async () =>
  (await client.query('select key, value::text from kv_store_3cbf86a5 order by key collate "C"')).rows;
/** Every row that is no index, lookup or list; of users without the totals. */
const recordRows = async () =>
  (
    await client.query(`
      select key, case when key ~ '^user:user_' and jsonb_typeof(value) = 'object'
        then (value - array['totalOrders', 'totalSpent', 'loyaltyPoints'])::text else value::text end as text
      from kv_store_3cbf86a5 where key !~ '^(leads|users|orders):index(:[1-9]|$)|^user:email:|:orders$' order by key collate "C"`)
  ).rows;

describe.each(['on', 'off'] as const)('made past the API with triggers %s', (triggers) => {
  it.each(FAULTS)('$name is $code', async (fault) => {
    await tamper(client, fault.sql, triggers);
    const found = withoutServer(await run<SyncReport>('crm_get_sync', {}));
    expect(found.map(({ code }) => code).sort()).toEqual([fault.code, ...(fault.also ?? [])].sort());
    expect(found.find(({ code }) => code === fault.code)).toMatchObject({
      entity: fault.entity,
      severity: fault.severity,
      keys: fault.keys,
      count: fault.keys.length,
      repairable: fault.repairable,
    });

    const broken = await allRows();
    const records = await recordRows();
    const planned = await repair(true);
    expect(await allRows()).toEqual(broken);
    expect(withoutServer(planned.report)).toEqual(found);

    const done = await repair(false);
    expect({ changeCount: done.changeCount, changes: done.changes }).toEqual({
      changeCount: planned.changeCount,
      changes: planned.changes,
    });
    const derived = found.filter((finding) => finding.repairable).map(({ code }) => code);
    // One row may have several faults, and is written once.
    for (const { code } of done.changes) expect(derived).toContain(code);
    expect(done.changes.length > 0).toBe(derived.length > 0);
    expect(withoutServer(done.report)).toEqual(found.filter((finding) => !finding.repairable));
    expect(await recordRows()).toEqual(records);
    expect(await repair(false)).toMatchObject({ changeCount: 0, changes: [] });
  });
});

it('names the first 20 of many, and counts them all', async () => {
  await client.query(
    `insert into kv_store_3cbf86a5 (key, value) select 'lead:lead_' || i || '_a', '5' from generate_series(1001, 1100) as i`,
  );
  const found = withoutServer(await run<SyncReport>('crm_get_sync', {}));
  expect(found.map(({ code, count }) => ({ code, count }))).toEqual([
    { code: 'row.malformed', count: 100 },
    { code: 'index.missing', count: 100 },
  ]);
  expect(found[0]?.keys).toEqual(Array.from({ length: 20 }, (_, i) => `lead:lead_${1001 + i}_a`));
});

it('the list has a fault for every code that SQL on the demo records can make', () => {
  // These have tests of their own: missing_rows, receipt_faults, crm_get_sync, sync_server.
  const elsewhere = ['row.missing', 'row.changed', 'log.off', 'durability.off', 'replica'];
  expect(new Set(FAULTS.map(({ code }) => code))).toEqual(
    new Set(FINDING_CODES.filter((code) => !elsewhere.includes(code))),
  );
});
