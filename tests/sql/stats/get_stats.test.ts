import pg from 'pg';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { StatsReply } from '../../../shared/contract/stats.ts';
import { createTestDatabase, type TestDatabase } from '../../rig/database.ts';
import { call, capture, captureLead, expectSqlState } from '../call.ts';

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(() => database.drop());

const stats = (payload: object = {}) =>
  call<StatsReply>(database, 'crm_get_stats', { days: 30, timeZone: 'UTC', ...payload });

const sum = (counts: object) => Object.values(counts).reduce((total, count) => total + count, 0);

it('of an empty table are zeros, with a day for every day', async () => {
  const found = await stats({ days: 90 });
  expect(found).toMatchObject({
    totalLeads: 0,
    conversionRate: 0,
    heldSubmissions: 0,
    totalRevenue: 0,
    averageOrderValue: 0,
  });
  expect(sum(found.leadsByStatus) + sum(found.leadsBySource)).toBe(0);
  expect(found.series.leads).toHaveLength(90);
  expect(found.series.leads.at(-1)).toEqual({ day: found.asOf.slice(0, 10), count: 0 });
});

/** Leads of every kind: our words and others, no words at all, readable moments and not, keys of ours and beside them. */
async function fill(): Promise<void> {
  await database.sql(`
    insert into kv_store_3cbf86a5 (key, value)
    select 'lead:lead_' || i || '_a', jsonb_build_object('id', 'lead_' || i || '_a', 'email', 'a@b.co',
      'status', (array['new', 'contacted', 'qualified', 'converted', 'lost', 'won', null])[1 + i % 7],
      'source', (array['website-form', 'chatbot', 'consultation', 'questionnaire', 'newsletter', 'fax'])[1 + i % 6],
      'createdAt', case when i % 11 = 0 then 'yesterday' else crm.iso(now() - i * interval '5 hours') end)
    from generate_series(1, 400) as i;
    insert into kv_store_3cbf86a5 (key, value) values
      ('lead:lead_500_a', '"text"'), ('lead:lead_501_a', 'null'), ('lead:lead_502_a', '[]'), ('lead:lead_503_a', '{"createdAt": 5}'),
      ('user:user_1_a', '{"status": "new"}'), ('leads:index', '[]')`);
}

const PLAIN = `
  select count(*)::integer as total, count(*) filter (where value ->> 'status' = 'converted')::integer as converted,
    count(*) filter (where value ->> 'source' = 'chatbot')::integer as chatbot
  from kv_store_3cbf86a5 where key ~ '^lead:lead_[0-9]{1,15}_[a-z0-9]{1,12}$'`;

it.each([false, true])('are the numbers of a plain count, with keys beside the grammar: %s', async (stray) => {
  await fill();
  if (stray) {
    await database.sql(`
      insert into kv_store_3cbf86a5 (key, value) values ('lead:lead_bad', '{"status": "new"}'), ('lead:lead_1_X', '{"status": "new"}'),
        ('lead:lead_1_a:b', '{"status": "new"}')`);
  }
  const found = await stats({ days: 365, timeZone: 'Asia/Kuala_Lumpur' });
  const [plain] = await database.sql<{ total: number; converted: number; chatbot: number }>(PLAIN);
  expect(found).toMatchObject({ totalLeads: plain?.total, convertedLeads: plain?.converted });
  expect(found.totalLeads).toBe(404);
  expect(found.leadsBySource.chatbot).toBe(plain?.chatbot);
  expect(found.leadsByStatus.new).toBe(found.newLeads);
  expect(found.leadsByStatus.other).toBe(57 + 57 + 4);
  expect(sum(found.leadsByStatus)).toBe(404);
  expect(sum(found.leadsBySource)).toBe(404);
  expect(found.conversionRate).toBe(Math.round((1000 * found.convertedLeads) / 404) / 10);
  expect(sum(found.series.leads.map(({ count }) => count))).toBe(400 - 36);
});

it('count days in the time zone that is asked for', async () => {
  await fill();
  const days = await database.sql<{ day: string; count: number }>(
    `select to_char((value ->> 'createdAt')::timestamptz at time zone 'Asia/Tokyo', 'YYYY-MM-DD') as day, count(*)::integer
     from kv_store_3cbf86a5 where value ->> 'createdAt' ~ '^20' group by 1`,
  );
  const counts = new Map(days.map(({ day, count }) => [day, count]));
  for (const { day, count } of (await stats({ timeZone: 'Asia/Tokyo' })).series.leads)
    expect(count, day).toBe(counts.get(day) ?? 0);
});

it('count what is held apart from leads', async () => {
  await call(database, 'crm_capture_lead', capture({ email: 'a@b.co' }, { suspicions: ['many_links'] }));
  expect(await stats()).toMatchObject({ totalLeads: 0, heldSubmissions: 1 });
});

it('in an unknown time zone are CRM02', async () => {
  await expectSqlState(stats({ timeZone: 'Mars/Olympus' }), 'CRM02');
});

/** Users and orders of every kind, malformed ones and rows that only look like them. */
const USERS_AND_ORDERS = `
  insert into kv_store_3cbf86a5 (key, value)
  select 'user:user_' || i || '_a', jsonb_build_object('accountStatus', (array['active', 'inactive', 'suspended', null])[1 + i % 4],
    'signupDate', case when i % 7 = 0 then 'yesterday' else crm.iso(now() - i * interval '11 hours') end)
  from generate_series(1, 120) as i;
  insert into kv_store_3cbf86a5 (key, value)
  select 'user:user_' || i || '_a:orders', '[]' from generate_series(1, 9) as i;
  insert into kv_store_3cbf86a5 (key, value)
  select 'order:order_' || i || '_a', jsonb_build_object('total', case when i % 9 = 0 then '"5"' else to_jsonb(i * 1.37) end,
    'status', (array['pending-payment', 'processing', 'delivered', 'cancelled', 'refunded', 'shipped', null])[1 + i % 7],
    'createdAt', case when i % 11 = 0 then 'yesterday' else crm.iso(now() - i * interval '3 hours') end)
  from generate_series(1, 300) as i;
  insert into kv_store_3cbf86a5 (key, value) values ('order:order_900_a', '"text"'), ('order:order_901_a', '{"total": 1e400}'),
    ('user:user_900_a', '[]'), ('user:email:a@b.co', '"user_1_a"'), ('orders:index', '[]')`;

const PLAIN_ORDERS = `
  with orders as (
    select value ->> 'status' as status, coalesce(value ->> 'status' in ('cancelled', 'refunded'), false) as ended,
      case when jsonb_typeof(value -> 'total') = 'number' and key <> 'order:order_901_a' then (value ->> 'total')::numeric else 0 end as total,
      case when value ->> 'createdAt' ~ '^20' then ((value ->> 'createdAt')::timestamptz at time zone 'Asia/Tokyo')::date end as day
    from kv_store_3cbf86a5 where key ~ '^order:order_[0-9]{1,15}_[a-z0-9]{1,12}$'
  )
  select count(*)::integer as "totalOrders", count(*) filter (where status = 'pending-payment')::integer as "pendingOrders",
    count(*) filter (where status = 'delivered')::integer as "deliveredOrders", sum(total) filter (where not ended)::float as "totalRevenue",
    round(sum(total) filter (where not ended) / count(*) filter (where not ended), 2)::float as "averageOrderValue",
    (select count(*)::integer from kv_store_3cbf86a5 where key ~ '^user:user_[0-9]{1,15}_[a-z0-9]{1,12}$') as "totalUsers",
    (select count(*)::integer from kv_store_3cbf86a5 where value ->> 'accountStatus' = 'active') as "activeUsers",
    (select count(*)::integer from kv_store_3cbf86a5 where value ->> 'signupDate' ~ '^20' and
      (value ->> 'signupDate')::timestamptz at time zone 'Asia/Tokyo' >= date_trunc('month', now() at time zone 'Asia/Tokyo')) as "newUsersThisMonth",
    (select jsonb_object_agg(day, jsonb_build_array(count, amount)) from (
      select day, count(*), sum(case when ended then 0 else total end) as amount from orders where day is not null group by day
    ) as days) as days
  from orders`;

it.each([false, true])(
  'of users and orders are those of a plain count, with keys beside the grammar: %s',
  async (stray) => {
    await database.sql(USERS_AND_ORDERS);
    if (stray)
      await database.sql(
        `insert into kv_store_3cbf86a5 (key, value) values ('order:order_x', '{"total": 9}'), ('user:user_1_A', '{}')`,
      );
    const found = await stats({ days: 90, timeZone: 'Asia/Tokyo' });
    const [plain] = await database.sql<{ days: Record<string, [number, number]> }>(PLAIN_ORDERS);
    const { days = {}, ...figures } = plain ?? {};
    expect(found).toMatchObject(figures);
    expect(sum(found.ordersByStatus)).toBe(found.totalOrders);
    for (const [i, { day, count }] of found.series.orders.entries()) {
      expect([day, count, found.series.revenue[i]]).toEqual([
        day,
        days[day]?.[0] ?? 0,
        { day, amount: days[day]?.[1] ?? 0 },
      ]);
    }
  },
);

it('are the same when several processes of Postgres read the table', async () => {
  await database.sql(USERS_AND_ORDERS);
  await captureLead(database);
  const { asOf: _, changesCursor: __, ...alone } = await stats();
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  try {
    await client.query('set min_parallel_table_scan_size = 0; set min_parallel_index_scan_size = 0');
    const { rows } = await client.query<{ stats: StatsReply }>(
      `select crm_get_stats('{"days": 30, "timeZone": "UTC"}') as stats`,
    );
    expect(rows[0]?.stats).toMatchObject(alone);
    await client.query('select pg_stat_force_next_flush()');
  } finally {
    await client.end();
  }
  const [{ asked } = { asked: 0 }] = await database.sql<{ asked: number }>(
    'select parallel_workers_to_launch::integer as asked from pg_stat_database where datname = current_database()',
  );
  expect(asked).toBeGreaterThanOrEqual(2 * 2);
});
