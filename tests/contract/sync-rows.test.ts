import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rowsByKeyReply, rowsReply, syncReply } from '../../shared/contract/sync-report.ts';
import { DigestSum, rowDigest } from '../../shared/proof/digest.ts';
import { startApi, type TestApi } from '../rig/api.ts';
import { insertLeads } from '../rig/numbered-leads.ts';
import { captureLead, createOrder, createUser, UNKNOWN_LEAD } from './operations.ts';
import { expectRefusal } from './refusals.ts';

const TABLE = 'kv_store_3cbf86a5';

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

const list = async (query: string) => rowsReply.parse(await (await api.request('GET', `/sync/rows?${query}`)).json());
const byKey = async (body: object) =>
  rowsByKeyReply.parse(await (await api.request('POST', '/sync/rows', { body })).json());

async function sumOf(rows: readonly { key: string; text: string }[]) {
  const sum = new DigestSum();
  for (const { key, text } of rows) sum.add(await rowDigest(key, text));
  return { count: sum.count, digest: sum.hex() };
}

describe('the pages of stored rows', () => {
  it('together are every lead as SQL reads it, and their sums the sum of the whole', async () => {
    await insertLeads(api, 1, 1_000, { message: 'ü🏡"\\' });
    await captureLead(api);
    const stored = await api.sql<{ key: string; text: string }>(
      `select key, value::text as text from ${TABLE} where key ~ '^lead:lead_' order by key collate "C"`,
    );
    expect(stored).toHaveLength(1_001);
    const first = await list('entity=leads&limit=1000&whole=1&nonce=page-number-1');
    expect(first).toMatchObject({ nonce: 'page-number-1', entity: 'leads', withheld: [], page: { count: 1_000 } });
    expect(first.page).toEqual(await sumOf(first.rows));
    const second = await list(`entity=leads&limit=1000&after=${first.nextAfter}`);
    expect(second).toMatchObject({ nonce: null, nextAfter: null, whole: null, page: { count: 1 } });
    expect([...first.rows, ...second.rows]).toEqual(stored);
    expect(first.whole).toEqual({ ...(await sumOf(stored)), withheld: 0 });
    const { report } = syncReply.parse(await (await api.request('GET', '/sync')).json());
    expect(report.digests.leads).toEqual(first.whole);
    expect((await list('entity=leads')).rows).toHaveLength(500);
  });

  it('after the last row and of an empty kind are empty, with a sum of nothing', async () => {
    const nothing = { rows: [], nextAfter: null, page: { count: 0, digest: '0'.repeat(64) } };
    expect(await list('entity=leads&after=lead:lead_999999999999999_z')).toMatchObject(nothing);
    expect(await list('entity=orders&whole=1')).toMatchObject({
      ...nothing,
      whole: { ...nothing.page, withheld: 0 },
    });
  });

  it('say where they stand in the log: what is written later comes after their cursor', async () => {
    const { changesCursor } = await list('entity=users&limit=1');
    const id = await createUser(api);
    await expect
      .poll(async () => (await (await api.request('GET', `/changes?after=${changesCursor}`)).json()).changes)
      .toContainEqual(expect.objectContaining({ key: `user:${id}` }));
  });

  it.each([
    '',
    'entity=lead',
    'entity=held',
    'entity=leads&limit=0',
    'entity=leads&limit=1001',
    'entity=leads&limit=10000',
    'entity=leads&whole=yes',
    'entity=leads&after=lead',
    'entity=leads&after=user:email:a@b.co',
    'entity=leads&nonce=short',
    `entity=leads&nonce=${'x'.repeat(65)}`,
    'entity=leads&entity=users',
    'entity=leads&q=ann',
  ])('are refused for ?%s', async (query) => {
    await expectRefusal(await api.request('GET', `/sync/rows?${query}`), 400);
  });
});

describe('rows by their keys', () => {
  it('are the rows that are there, indexes and lists of orders too, and the keys that are not', async () => {
    const lead = `lead:${await captureLead(api)}`;
    const user = await createUser(api);
    await createOrder(api);
    const keys = [lead, `lead:${UNKNOWN_LEAD}`, `user:${user}`, 'leads:index', 'leads:index:4', `user:${user}:orders`];
    const found = await byKey({ keys, nonce: randomUUID() });
    expect(found.missing).toEqual(['leads:index:4', `lead:${UNKNOWN_LEAD}`, `user:${user}:orders`].sort());
    expect(found.rows).toEqual(
      await api.sql(`select key, value::text as text from ${TABLE} where key = any($1) order by key collate "C"`, [
        keys,
      ]),
    );
    expect(found.rows).toHaveLength(3);
    expect(found.page).toEqual(await sumOf(found.rows));
  });

  it('with a secret are named and not given', async () => {
    const key = 'user:user_1600000000000_old';
    await api.sql(`insert into ${TABLE} (key, value) values ($1, '{"email": "o@b.co", "password": "hunter2"}')`, [key]);
    const texts = [await byKey({ keys: [key] }), await list('entity=users&limit=1&whole=1')];
    expect(texts[0]).toMatchObject({ rows: [], withheld: [key], missing: [], page: { count: 0 } });
    expect(texts[1]).toMatchObject({ withheld: [key], nextAfter: key, whole: { withheld: 1 } });
    expect(JSON.stringify(texts)).not.toContain('hunter2');
  });

  it.each([
    ['no keys', {}],
    ['an empty list', { keys: [] }],
    ['a lookup', { keys: ['user:email:a@b.co'] }],
    ['a canary', { keys: ['canary:4845de72-e1bb-4357-86fb-ae24236b6899'] }],
    ['more than a key', { keys: ["lead:lead_1_a' or true"] }],
    ['no list', { keys: 'lead:lead_1_a' }],
    ['too many keys', { keys: Array.from({ length: 201 }, (_, i) => `lead:lead_${i}_a`) }],
    ['a nonce that is no text', { keys: ['lead:lead_1_a'], nonce: 5 }],
    ['an unknown field', { keys: ['lead:lead_1_a'], whole: true }],
  ])('are refused for %s', async (_, body) => {
    await expectRefusal(await api.request('POST', '/sync/rows', { body }), 400);
  });
});
