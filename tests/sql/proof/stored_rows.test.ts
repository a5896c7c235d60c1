import pg from 'pg';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { RowsByKeyReply, RowsReply } from '../../../shared/contract/sync-report.ts';
import { DigestSum, rowDigest } from '../../../shared/proof/digest.ts';
import { createTestDatabase, type TestDatabase } from '../../rig/database.ts';
import { rowsRead } from '../../rig/rows-read.ts';
import { type Captured, call, capture, captureLead, createOrder, createUser, expectSqlState } from '../call.ts';

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(() => database.drop());

const list = (query: object) =>
  call<RowsReply>(database, 'crm_list_stored_rows', { entity: 'leads', limit: 500, whole: false, ...query });
const put = (key: string, value: unknown) =>
  database.sql('insert into kv_store_3cbf86a5 (key, value) values ($1, $2)', [key, JSON.stringify(value)]);

async function sumOf(rows: readonly { key: string; text: string }[]) {
  const sum = new DigestSum();
  for (const { key, text } of rows) sum.add(await rowDigest(key, text));
  return { count: sum.count, digest: sum.hex() };
}

it('lists the records of one kind and nothing that only looks like one, in byte order', async () => {
  const keys = {
    leads: ['lead:lead_10_a', 'lead:lead_1_a', 'lead:lead_1_b', 'lead:lead_9_a'],
    users: ['user:user_1_a', 'user:user_1_ab'],
    orders: ['order:order_1_a'],
  };
  const strays = [
    'lead:lead_1_A',
    'lead:lead_1_a:orders',
    'lead:lead_1_a\n',
    'lead:lead_1_abcdefghijklm',
    'lead:leadX1_a',
    'lead:lead_',
    'user:user_1_a:orders',
    'user:email:a@b.co',
    'leads:index',
    'canary:4845de72-e1bb-4357-86fb-ae24236b6899',
  ];
  for (const key of [...Object.values(keys).flat().reverse(), ...strays]) await put(key, { key });
  for (const [entity, expected] of Object.entries(keys)) {
    const page = await list({ entity, whole: true });
    expect(page.rows.map(({ key }) => key)).toEqual(expected);
    expect(page.whole).toEqual({ ...page.page, withheld: 0 });
    expect(page).toMatchObject({ entity, nextAfter: null, withheld: [], nonce: null });
  }
});

it('gives the text as it is stored and a sum of exactly that', async () => {
  await put('lead:lead_1_a', { b: 1, a: 'ü🏡\u2028"\\', long: 'x'.repeat(20_000), n: 1e2 });
  await put('lead:lead_2_a', 'no object');
  await put('lead:lead_3_a', null);
  const { rows, page } = await list({});
  expect(rows).toEqual(await database.sql('select key, value::text as text from kv_store_3cbf86a5 order by key'));
  expect(page).toEqual(await sumOf(rows));
});

it('withholds rows with a secret, counts them, and goes on behind one that ends a page', async () => {
  await put('lead:lead_1_a', { email: 'a@b.co' });
  await put('lead:lead_2_a', { password: '$2b$10$hash' });
  await put('lead:lead_3_a', { deep: [{ reset_token: '$2b$10$hash' }], note: '"password":' });
  await put('lead:lead_4_a', { fields: { password: 'typed by a visitor' } });
  const first = await list({ limit: 2, whole: true });
  expect(first).toMatchObject({
    rows: [{ key: 'lead:lead_1_a' }],
    withheld: ['lead:lead_2_a'],
    page: { count: 1 },
    whole: { count: 2, withheld: 2 },
    nextAfter: 'lead:lead_2_a',
  });
  const second = await list({ limit: 2, after: first.nextAfter });
  expect(second).toMatchObject({ rows: [{ key: 'lead:lead_4_a' }], withheld: ['lead:lead_3_a'], nextAfter: null });
  expect(first.whole).toEqual({ ...(await sumOf([...first.rows, ...second.rows])), withheld: 2 });
  const all = await call<RowsByKeyReply>(database, 'crm_get_stored_rows', {
    keys: ['lead:lead_4_a', 'lead:lead_2_a', 'lead:lead_9_a', 'lead:lead_4_a', 'lead:lead_1_a'],
  });
  expect(all).toMatchObject({
    rows: [{ key: 'lead:lead_1_a' }, { key: 'lead:lead_4_a' }],
    withheld: ['lead:lead_2_a'],
    missing: ['lead:lead_9_a'],
    page: await sumOf(all.rows),
  });
  const one = await call(database, 'crm_get_stored_row', { key: 'lead:lead_2_a' });
  expect(one.row).toEqual({ text: null, digest: null, storedAt: expect.any(String) });
  expect(JSON.stringify([first, second, all, one])).not.toContain('2b$10');
});

it('ends a page before it is too much to send, and gives a row that alone is', async () => {
  const photo = 'x'.repeat(3_000_000);
  for (const n of [1, 2, 3, 5]) await put(`lead:lead_${n}_a`, { photo });
  await put('lead:lead_4_a', { photo: photo.repeat(4) });
  const pages: string[][] = [];
  let after: string | null = null;
  do {
    const { rows, page, nextAfter }: RowsReply = await list({ limit: 1_000, ...(after && { after }) });
    expect(page).toEqual(await sumOf(rows));
    pages.push(rows.map(({ key }) => key));
    after = nextAfter;
  } while (after);
  expect(pages).toEqual([['lead:lead_1_a', 'lead:lead_2_a'], ['lead:lead_3_a'], ['lead:lead_4_a'], ['lead:lead_5_a']]);
});

it('never tells rows and sum of two moments, however many write meanwhile', async () => {
  const ids = await Promise.all(Array.from({ length: 40 }, () => captureLead(database)));
  const done = new AbortController();
  const writers = Array.from({ length: 8 }, async (_, writer) => {
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    for (let i = 0; !done.signal.aborted; i++) {
      await client.query(`update kv_store_3cbf86a5 set value = value || $2 where key = $1`, [
        `lead:${ids[(writer + i * 8) % ids.length]}`,
        JSON.stringify({ notes: `${writer}.${i}` }),
      ]);
    }
    await client.end();
  });
  try {
    for (let i = 0; i < 100; i++) {
      const { rows, page, whole } = await list({ whole: true });
      expect(page).toEqual(await sumOf(rows));
      expect(whole).toEqual({ ...page, withheld: 0 });
    }
  } finally {
    done.abort();
    await Promise.all(writers);
  }
});

it('reads of a large table no more than the page, whatever the planner knows of it', async () => {
  await database.sql(
    `insert into kv_store_3cbf86a5 (key, value)
     select 'lead:lead_' || 1000000 + n || '_a', '{"email": "a@b.co"}' from generate_series(1, 20000) as n`,
  );
  for (const statement of ['select 1', 'analyze kv_store_3cbf86a5']) {
    await database.sql(statement);
    for (const after of [undefined, 'lead:lead_1010000_a', 'lead:lead_1019000_a']) {
      const query = JSON.stringify({ entity: 'leads', limit: 100, whole: false, after });
      const { scanned, fetched } = await rowsRead(database.url, 'select public.crm_list_stored_rows($1)', [query]);
      expect(scanned + fetched).toBeGreaterThan(99);
      expect(scanned + fetched).toBeLessThan(500);
    }
  }
});

it('gives the receipt of a row from among many, and that of a held submission until it is released', async () => {
  await database.sql(
    `insert into crm.submissions (submission_id, fingerprint, outcome)
     select gen_random_uuid(), '', jsonb_build_object('orderId', 'order_' || n || '_a') from generate_series(1, 5000) as n`,
  );
  const submissionId = crypto.randomUUID();
  const receiptOf = async (key: string) => (await call(database, 'crm_get_stored_row', { key })).receipt;
  const held = await call<Captured & { heldId: string }>(
    database,
    'crm_capture_lead',
    capture({ email: 'a@b.co' }, { submissionId, suspicions: ['decoy_filled'] }),
  );
  expect(await receiptOf(held.heldId)).toEqual(held.receipt);
  const released = await call<Captured>(database, 'crm_release_held', { id: held.heldId, actor: 'x' });
  expect(await receiptOf(held.heldId)).toBeNull();
  expect(await receiptOf(released.receipt.key)).toEqual(released.receipt);
  expect(await receiptOf((await createOrder(database, await createUser(database))).key)).toBeNull();

  await database.sql('analyze crm.submissions');
  const asked = [JSON.stringify({ key: released.receipt.key })];
  const read = await rowsRead(database.url, 'select public.crm_get_stored_row($1)', asked, 'submissions');
  expect(read).toEqual({ scanned: 0, fetched: 1 });
});

it('says so when row level security would hide rows from the role that asks', async () => {
  for (const [name, payload] of [
    ['crm_list_stored_rows', { entity: 'leads', limit: 5, whole: false }],
    ['crm_get_stored_rows', { keys: ['leads:index'] }],
    ['crm_get_stored_row', { key: 'leads:index' }],
  ] as const) {
    const asReader = `create role crm_row_reader in role service_role; set local role crm_row_reader;
      select public.${name}('${JSON.stringify(payload)}')`;
    await expectSqlState(database.sql(asReader), 'CRM03');
  }
});
