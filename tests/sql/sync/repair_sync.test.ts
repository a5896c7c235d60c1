import pg from 'pg';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { migrate } from '../../../api/sql/migrate.ts';
import { type RepairReply, repairChange, type SyncReport } from '../../../shared/contract/sync-report.ts';
import { createTestDatabase, type TestDatabase } from '../../rig/database.ts';
import { call, captureLead, createOrder, createUser, indexedIds, storedIds } from '../call.ts';
import { withoutServer } from './sync-faults.ts';

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(() => database.drop());

const repair = (payload: object = {}) =>
  call<RepairReply>(database, 'crm_repair_sync', { actor: 'key:admin', ...payload });
const findings = async () => withoutServer(await call<SyncReport>(database, 'crm_get_sync'));

it('rebuilds indexes as captures lay them out: up to 200 ids in the head, a hundred a segment, newest first', async () => {
  await database.sql(
    `insert into kv_store_3cbf86a5 (key, value) select 'lead:lead_' || 1700000000000 + i || '_a',
      jsonb_build_object('id', 'lead_' || 1700000000000 + i || '_a', 'email', 'a@b.co') from generate_series(1, 1234) as i`,
  );
  const { changeCount, changes } = await repair();
  expect(changeCount).toBe(12);
  expect(changes.map((change) => repairChange.parse(change))).toEqual(changes);
  expect(changes[0]).toMatchObject({
    key: 'leads:index',
    action: 'create',
    code: 'index.missing',
    addedCount: 134,
    removed: [],
  });
  expect(changes[0]?.added).toHaveLength(20);
  expect(await indexedIds(database)).toEqual(await storedIds(database));
  for (let i = 0; i < 70; i++) await captureLead(database);
  expect(await indexedIds(database)).toEqual(await storedIds(database));
  expect(await findings()).toEqual([]);
});

it('changes totals in the name of who asked, and leaves all else in the row and no trace of the rest', async () => {
  const user = await createUser(database);
  await createOrder(database, user);
  const [before] = await database.sql(`select value from kv_store_3cbf86a5 where key = 'user:${user}'`);
  await database.sql(
    `update kv_store_3cbf86a5 set value = value - 'loyaltyPoints' || '{"totalSpent": 5}' where key = 'user:${user}'`,
  );
  await database.sql("delete from kv_store_3cbf86a5 where key ~ '^user:email:'");
  const [{ last } = { last: 0 }] = await database.sql('select max(seq) as last from crm.changes');
  const { changes } = await repair();
  expect(changes).toEqual([
    expect.objectContaining({ code: 'lookup.missing', action: 'create', added: [user], removed: [], fields: {} }),
    {
      key: `user:${user}`,
      code: 'totals.mismatch',
      action: 'update',
      removed: [],
      removedCount: 0,
      added: [],
      addedCount: 0,
      fields: { totalSpent: { from: 5, to: 109.9 }, loyaltyPoints: { to: 10 } },
    },
  ]);
  expect(await database.sql(`select value from kv_store_3cbf86a5 where key = 'user:${user}'`)).toEqual([before]);
  expect(
    await database.sql('select key, operation, actor, new_fields from crm.changes where seq > $1', [last]),
  ).toEqual([
    {
      key: `user:${user}`,
      operation: 'update',
      actor: 'key:admin',
      new_fields: { totalSpent: 109.9, loyaltyPoints: 10 },
    },
  ]);
});

it('keeps the lookup of an email that two users have, and gives one that is lost to the older', async () => {
  const older = await createUser(database, { email: 'one@example.com' });
  const newer = await createUser(database, { email: 'two@example.com' });
  await database.sql(
    `update kv_store_3cbf86a5 set value = value || '{"email": "One@Example.com"}' where key = 'user:${newer}'`,
  );
  expect((await repair()).changes).toMatchObject([
    { key: 'user:email:two@example.com', action: 'delete', removed: [newer] },
  ]);
  await database.sql(
    `update kv_store_3cbf86a5 set value = to_jsonb($1::text) where key = 'user:email:one@example.com'`,
    [newer],
  );
  expect(await findings()).toEqual([]);
  await database.sql("delete from kv_store_3cbf86a5 where key ~ '^user:email:'");
  expect((await repair()).changes).toMatchObject([
    { key: 'user:email:one@example.com', action: 'create', added: [older] },
  ]);
});

it('makes the table of an old install right, but for rows that only their owner can mend', async () => {
  const old = await createTestDatabase('empty');
  try {
    await old.sql('create table kv_store_3cbf86a5 (key text not null primary key, value jsonb not null)');
    await old.sql(`
      insert into kv_store_3cbf86a5 (key, value)
      select 'lead:lead_' || i || '_a', jsonb_build_object('id', 'lead_' || i || '_a', 'email', 'a@b.co', 'score', i) from generate_series(1001, 1500) as i
      union all
      select 'user:user_' || i || '_a', jsonb_build_object('id', 'user_' || i || '_a', 'email', 'User' || i % 30 || '@b.co', 'password', 'x', 'totalSpent', 0.1 + 0.2)
        from generate_series(101, 140) as i
      union all
      select 'order:order_' || i || '_a', jsonb_build_object('id', 'order_' || i || '_a', 'userId', 'user_' || 101 + i % 40 || '_a', 'total', i + 0.1)
        from generate_series(101, 300) as i
      union all select 'user:email:User1@b.co', '"user_101_a"'
      union all select 'leads:index', (select jsonb_agg('lead_' || i || '_a') from generate_series(1001, 1400) as i)
      union all select 'orders:index', '{"not": "a list"}'
      union all select 'lead:legacy-key', '{}'`);
    await migrate(old.url, 'kv_store_3cbf86a5');
    const records =
      "select key, value - array['totalOrders', 'totalSpent', 'loyaltyPoints'] as value from kv_store_3cbf86a5 where key ~ '_[0-9]+_[a-z]+$' order by key";
    const before = await old.sql(records);
    expect(before).toHaveLength(740);
    const { report } = await call<RepairReply>(old, 'crm_repair_sync', { actor: 'x' });
    expect(withoutServer(report)).toMatchObject([{ code: 'key.unknown', severity: 'info', keys: ['lead:legacy-key'] }]);
    expect(await old.sql(records)).toEqual(before);
    expect(await indexedIds(old, 'orders')).toEqual(await storedIds(old, 'order'));
    await old.sql(`update kv_store_3cbf86a5 set value = '"text"' where key = 'lead:lead_1001_a'`);
    const { report: after } = await call<RepairReply>(old, 'crm_repair_sync', { actor: 'x' });
    expect(after.findings.map(({ code }) => code)).toContain('row.malformed');
  } finally {
    await old.drop();
  }
});

it('names the first 200 changes of many', async () => {
  await database.sql(
    `insert into kv_store_3cbf86a5 (key, value) select 'user:email:' || i || '@example.com', '"user_1_gone"' from generate_series(1, 250) as i`,
  );
  const { changeCount, changes } = await repair({ dryRun: true });
  expect(changeCount).toBe(250);
  expect(changes).toHaveLength(200);
  expect(await repair()).toMatchObject({ changeCount: 250 });
  expect(await findings()).toEqual([]);
});

it('waits for nobody for long, and then changes nothing', async () => {
  await captureLead(database);
  await database.sql("delete from kv_store_3cbf86a5 where key = 'leads:index'");
  const other = new pg.Client({ connectionString: database.url });
  await other.connect();
  await other.query("begin; update kv_store_3cbf86a5 set value = value where key ~ '^lead:'");
  await expect(repair()).rejects.toMatchObject({ code: '55P03' });
  await other.query('commit');
  await other.end();
  expect(await repair()).toMatchObject({ changeCount: 1 });
});
