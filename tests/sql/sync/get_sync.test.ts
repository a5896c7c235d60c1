import fc from 'fast-check';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { FINDING_CODES, type SyncReport, syncReport } from '../../../shared/contract/sync-report.ts';
import { DigestSum, rowDigest } from '../../../shared/proof/digest.ts';
import { createTestDatabase, type TestDatabase } from '../../rig/database.ts';
import { call, captureLead, createOrder, createUser, expectSqlState } from '../call.ts';
import { withoutServer } from './sync-faults.ts';

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(() => database.drop());

const report = () => call<SyncReport>(database, 'crm_get_sync');
const findings = async () => withoutServer(await report());

it('of an empty table finds nothing, as the contract writes it', async () => {
  const found = await report();
  expect(syncReport.parse({ ...found, database: { ...found.database, projectRef: null } })).toMatchObject({
    counts: { leads: { rows: 0, indexed: 0 }, users: { rows: 0, indexed: 0 }, orders: { rows: 0, indexed: 0 } },
    digests: { leads: { count: 0, digest: '0'.repeat(64), withheld: 0 } },
    database: { engine: 'PostgreSQL', table: 'kv_store_3cbf86a5', primary: true },
  });
  expect(await findings()).toEqual([]);
});

it('of the demo, and of what the product writes, finds nothing', async () => {
  await call(database, 'crm_add_seed', { actor: 'x' });
  const user = await createUser(database);
  const order = (await createOrder(database, user)).value.id;
  await call(database, 'crm_convert_lead', { id: await captureLead(database), actor: 'x' });
  await call(database, 'crm_delete_lead', { id: await captureLead(database), actor: 'x' });
  expect(await findings()).toEqual([]);
  await call(database, 'crm_update_order', { id: order, patch: { status: 'cancelled' }, actor: 'x' });
  await call(database, 'crm_delete_order', { id: order, actor: 'x' });
  await call(database, 'crm_remove_seed', { actor: 'x' });
  expect(await findings()).toEqual([]);
  const { counts } = await report();
  expect(counts).toEqual({
    leads: { rows: 1, indexed: 1 },
    users: { rows: 2, indexed: 2 },
    orders: { rows: 0, indexed: 0 },
  });
});

it('changes its digests with one byte, and they are those of shared/proof/digest.ts', async () => {
  await call(database, 'crm_add_seed', { actor: 'x' });
  const sumOf = async (prefix: string) => {
    const rows = await database.sql<{ key: string; text: string }>(
      `select key, value::text as text from kv_store_3cbf86a5 where key ~ '^${prefix}_[0-9]+_[a-z0-9]+$'`,
    );
    const sum = new DigestSum();
    for (const { key, text } of rows) sum.add(await rowDigest(key, text));
    return { count: sum.count, digest: sum.hex(), withheld: 0 };
  };
  const before = await report();
  await database.sql(
    `update kv_store_3cbf86a5 set value = jsonb_set(value, '{name}', '"Tan Mei Linh"') where key = 'lead:lead_0000000000001_seedlead1'`,
  );
  const after = await report();
  expect(after.digests).toEqual({
    leads: await sumOf('lead:lead'),
    users: await sumOf('user:user'),
    orders: await sumOf('order:order'),
  });
  expect(after.digests.leads.digest).not.toBe(before.digests.leads.digest);
  expect(after.digests.users).toEqual(before.digests.users);
});

it('counts rows with a secret as withheld', async () => {
  await createUser(database);
  await database.sql(`update kv_store_3cbf86a5 set value = value || '{"password": "x"}' where key ~ '^user:user'`);
  expect(await report()).toMatchObject({
    counts: { users: { rows: 1 } },
    digests: { users: { count: 0, digest: '0'.repeat(64), withheld: 1 } },
  });
});

it('never fails, whatever is stored under whatever key', async () => {
  await call(database, 'crm_add_seed', { actor: 'x' });
  const ids = [
    'lead_1_a',
    'user_1_a',
    'order_1_a',
    'user_2_b',
    'order_0000000000001_seedorder1',
    'a@b.co',
    '',
    'x'.repeat(3000),
  ];
  const key = fc.constantFrom(
    ...[
      'lead:lead_1_a',
      'lead:lead_x',
      'user:user_1_a',
      'user:user_2_b',
      'user:user_1_a:orders',
      'user:user_3_c:orders',
      'user:email:a@b.co',
    ],
    ...[
      'user:email:',
      'order:order_1_a',
      'order:order_2_b',
      'leads:index',
      'leads:index:1',
      'users:index',
      'users:index:x',
      'orders:index:2',
      'canary:1',
      '',
    ],
  );
  const scalar = fc.oneof(
    fc.constantFrom<unknown>(...ids, null, true, -1, 1e300, 1e17, 0.001),
    fc.constantFrom<unknown>([], {}),
  );
  const field = fc.constantFrom(
    'id',
    'email',
    'userId',
    'total',
    'status',
    'totalOrders',
    'totalSpent',
    'convertedToUserId',
    'consent',
    'items',
    'password',
  );
  const value = fc.oneof(
    scalar,
    fc.array(scalar, { maxLength: 5 }),
    fc.dictionary(
      field,
      fc.oneof(scalar, fc.array(scalar, { maxLength: 2 }), fc.dictionary(field, scalar, { maxKeys: 2 })),
    ),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(fc.tuple(key, value), { selector: ([name]) => name, minLength: 5, maxLength: 12 }),
      async (rows) => {
        const store = `insert into kv_store_3cbf86a5 (key, value) select row ->> 0, row -> 1 from jsonb_array_elements($1) as row
        on conflict (key) do update set value = excluded.value`;
        await database.sql(store, [JSON.stringify(rows)]);
        const found = await report();
        const parsed = syncReport.parse({ ...found, database: { ...found.database, projectRef: null } });
        const named = parsed.findings.map(({ code, entity }) => `${code} ${entity}`);
        expect(new Set(named).size).toBe(named.length);
        const repaired = await call<{ report: SyncReport }>(database, 'crm_repair_sync', { actor: 'x' });
        expect(repaired.report.findings.filter((finding) => finding.repairable)).toEqual([]);
        await database.sql("delete from kv_store_3cbf86a5 where key !~ 'seed'");
      },
    ),
    { numRuns: 200 },
  );
});

it('refuses a role from which row level security hides rows', async () => {
  const asReader =
    "create role crm_sync_reader in role service_role; set local role crm_sync_reader; select public.crm_get_sync('{}')";
  await expectSqlState(database.sql(asReader), 'CRM03');
  expect(await database.sqlAs('service_role', "select public.crm_get_sync('{}')")).toHaveLength(1);
});

it.each([
  ['disable trigger crm_log_write', ['crm_log_write']],
  ['enable replica trigger crm_log_truncate', ['crm_log_truncate']],
  ['disable trigger user', ['crm_log_truncate', 'crm_log_write']],
])('says that the change log is off after `%s`, until its remedy was run', async (change, keys) => {
  await database.sql(`alter table kv_store_3cbf86a5 ${change}`);
  const { verdict } = await report();
  const [finding, ...others] = await findings();
  expect({ verdict, others }).toEqual({ verdict: 'drift', others: [] });
  expect(finding).toMatchObject({ code: 'log.off', severity: 'warning', entity: 'table', keys, repairable: false });
  expect(finding?.statements).toHaveLength(1);
  for (const statement of finding?.statements ?? []) {
    expect(finding?.remedy).toContain(statement);
    await database.sql(statement);
  }
  expect(await findings()).toEqual([]);
});

it.each([
  `drop trigger crm_log_write on kv_store_3cbf86a5`,
  `create or replace trigger crm_log_write after insert on kv_store_3cbf86a5 for each row execute function crm.log_change()`,
])('says that the change log is off after `%s`', async (change) => {
  await database.sql(change);
  expect(await findings()).toMatchObject([{ code: 'log.off', keys: ['crm_log_write'] }]);
});

it('knows every code of the contract, and no other', async () => {
  const rows = await database.sql<{ code: string }>('select code from crm.finding_texts()');
  expect(rows.map(({ code }) => code).sort()).toEqual([...FINDING_CODES].sort());
});
