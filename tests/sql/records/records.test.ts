import fc from 'fast-check';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { StatsReply } from '../../../shared/contract/stats.ts';
import { createTestDatabase, type TestDatabase } from '../../rig/database.ts';
import { anyCommand, type Call, run } from './records-commands.ts';
import { emptyModel, expectedRows, knownPart, type Model, worth } from './records-model.ts';

/** Each in a database of its own, at the same time. */
const LANES = 4;
const SEQUENCES = 1_000;
const SEED = Number(process.env.MODEL_SEED ?? Date.now() % 2 ** 31);

const lanes: { database: TestDatabase; client: pg.Client }[] = [];
beforeAll(async () => {
  for (let i = 0; i < LANES; i++) {
    const database = await createTestDatabase();
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    lanes.push({ database, client });
  }
});
afterAll(async () => {
  for (const { client, database } of lanes) {
    await client.end();
    await database.drop();
  }
});

const LISTS = `select (select jsonb_object_agg(key, value) from kv_store_3cbf86a5) as rows,
  array(select row ->> 'key' from jsonb_array_elements(crm_list_leads('{"limit": 200}') -> 'rows') as row) as leads,
  array(select row ->> 'key' from jsonb_array_elements(crm_list_users('{"limit": 200}') -> 'rows') as row) as users,
  array(select row ->> 'key' from jsonb_array_elements(crm_list_orders('{"limit": 200}') -> 'rows') as row) as orders`;

/** Rows, indexes, lookups, lists and totals, against the model. */
async function compare(client: pg.Client, model: Model, touched: Set<string>): Promise<void> {
  const [found] = (await client.query(LISTS)).rows;
  const rows = Object.entries((found.rows ?? {}) as Record<string, unknown>);
  expect(Object.fromEntries(rows.map(([key, value]) => [key, knownPart(key, value)]))).toEqual(
    expectedRows(model, touched),
  );
  for (const [kind, prefix] of [
    ['leads', 'lead'],
    ['users', 'user'],
    ['orders', 'order'],
  ] as const) {
    const index = (found.rows?.[`${kind}:index`] ?? []) as string[];
    expect(found[kind]).toEqual(index.map((id) => `${prefix}:${id}`));
  }
}

async function compareFigures(client: pg.Client, { leads, users, orders }: Model): Promise<void> {
  const [{ stats }] = (await client.query(`select crm_get_stats('{"days": 30, "timeZone": "UTC"}') as stats`)).rows;
  const paying = orders.filter(({ status }) => !['cancelled', 'refunded'].includes(status));
  const revenue = orders.reduce((sum, order) => sum + worth(order), 0);
  expect(stats as StatsReply).toMatchObject({
    totalLeads: leads.length,
    convertedLeads: leads.filter(({ status }) => status === 'converted').length,
    totalUsers: users.length,
    activeUsers: users.filter(({ accountStatus }) => accountStatus === 'active').length,
    newUsersThisMonth: users.length,
    totalOrders: orders.length,
    pendingOrders: orders.filter(({ status }) => status === 'pending-payment').length,
    deliveredOrders: orders.filter(({ status }) => status === 'delivered').length,
    totalRevenue: revenue / 100,
    averageOrderValue: paying.length && Math.round(revenue / paying.length + Number.EPSILON) / 100,
  });
}

async function follow({ client }: { client: pg.Client }, commands: [string, ...unknown[]][]): Promise<void> {
  const model = emptyModel();
  const touched = new Set<string>();
  const call: Call = async (name, payload) => {
    await client.query('savepoint command');
    try {
      return (await client.query(`select public.${name}($1) as result`, [JSON.stringify(payload)])).rows[0].result;
    } catch (error) {
      await client.query('rollback to savepoint command');
      return String((error as pg.DatabaseError).code);
    }
  };
  // Undone at the end, so that each sequence begins with an empty table.
  await client.query('begin');
  try {
    for (const command of commands) {
      const { answer, foreseen } = await run(command, model, call);
      if (foreseen === 'done') expect(answer, 'was to be done').toBeTypeOf('object');
      else expect(answer).toBe(foreseen);
      if (typeof answer === 'object' && 'done' in answer) expect(answer.done).toBe(true);
      await compare(client, model, touched);
    }
    await compareFigures(client, model);
  } finally {
    await client.query('rollback');
  }
}

it(`any ${SEQUENCES} sequences of commands keep rows, indexes, lookups, lists and totals equal to a plain model`, async () => {
  process.stdout.write(`records: MODEL_SEED=${SEED}\n`);
  await Promise.all(
    lanes.map((lane, number) =>
      fc.assert(
        fc.asyncProperty(fc.array(anyCommand, { maxLength: 50, size: 'max' }), (commands) =>
          follow(lane, commands as [string, ...unknown[]][]),
        ),
        { numRuns: SEQUENCES / LANES, seed: SEED + number },
      ),
    ),
  );
});
