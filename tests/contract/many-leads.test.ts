import { afterAll, beforeAll, expect, it } from 'vitest';
import { captureReply } from '../../shared/contract/capture.ts';
import { leadsReply } from '../../shared/contract/lead.ts';
import { startApi, type TestApi } from '../rig/api.ts';
import { rowsRead } from '../rig/rows-read.ts';

const COUNT = 10_000;

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
  for (let done = 0; done < COUNT; done += 2_000) {
    await api.sql(`
      select count(public.crm_capture_lead(jsonb_build_object(
        'lead', jsonb_build_object('email', 'lead' || i || '@example.com', 'source', 'website-form'),
        'limits', '{"perAddress": 0, "perService": 0}'::jsonb, 'suspicions', '[]'::jsonb, 'actor', 'test')))
      from generate_series(1, 2000) as i`);
  }
});
afterAll(() => api.close());

it('10,000 leads are paged through once each, newest first, while more are written', async () => {
  const first = leadsReply.parse(await (await api.request('GET', '/leads?limit=200&total=1')).json());
  expect(first.total).toBe(COUNT);
  const seen = first.leads.map(({ id }) => id);
  let writes = 0;
  for (let cursor = first.nextCursor; cursor; ) {
    const body = { email: `late${writes++}@example.com` };
    const [page, written] = await Promise.all([
      api.request('GET', `/leads?limit=200&cursor=${cursor}`),
      api.request('POST', '/leads', { key: null, body }),
    ]);
    captureReply.parse(await written.json());
    const { leads, nextCursor, malformed } = leadsReply.parse(await page.json());
    expect(malformed).toEqual([]);
    seen.push(...leads.map(({ id }) => id));
    cursor = nextCursor;
  }
  expect(writes).toBeGreaterThan(40);
  expect(new Set(seen).size).toBe(COUNT);
  expect(seen).toEqual([...seen].sort().reverse());
  expect(seen).toHaveLength(COUNT);
});

it('the index names each of them once, in the order of the list, with a head of at most 200', async () => {
  const rows = await api.sql<{ key: string; value: string[] }>(
    `select key, value from kv_store_3cbf86a5 where key ~ '^leads:index' order by nullif(split_part(key, ':', 3), '')::integer desc nulls first`,
  );
  expect(rows[0]?.key).toBe('leads:index');
  expect(rows[0]?.value.length).toBeLessThanOrEqual(200);
  for (const { value } of rows.slice(1)) expect(value).toHaveLength(100);
  const listed = await api.sql<{ id: string }>(
    `select value ->> 'id' as id from kv_store_3cbf86a5 where key ~ '^lead:' order by key collate "C" desc`,
  );
  expect(rows.flatMap(({ value }) => value)).toEqual(listed.map(({ id }) => id));
});

it('a page from the middle reads no more of the table than one from the front', async () => {
  const [{ id: middle } = { id: '' }] = await api.sql<{ id: string }>(
    `select value ->> 'id' as id from kv_store_3cbf86a5 where key ~ '^lead:' order by key collate "C" desc offset 5000 limit 1`,
  );
  await api.sql('analyze kv_store_3cbf86a5');
  for (const cursor of [null, middle]) {
    const payload = JSON.stringify({ limit: 50, cursor });
    const { scanned, fetched } = await rowsRead(api.database.url, 'select public.crm_list_leads($1)', [payload]);
    expect(scanned).toBe(0);
    // One more says that there is a next page; the planner may look at a few at either end of an index.
    expect(fetched).toBeGreaterThanOrEqual(51);
    expect(fetched).toBeLessThan(100);
  }
});

it('200 captures at once are 200 rows, listed newest first and indexed once each', async () => {
  const fresh = await startApi();
  try {
    const replies = await Promise.all(
      Array.from({ length: 200 }, (_, i) =>
        fresh.request('POST', '/leads', { key: null, body: { email: `lead${i}@example.com` } }),
      ),
    );
    const ids = await Promise.all(replies.map(async (reply) => captureReply.parse(await reply.json()).leadId));
    expect(new Set(ids).size).toBe(200);
    const list = leadsReply.parse(await (await fresh.request('GET', '/leads?limit=200&total=1')).json());
    expect(list.total).toBe(200);
    expect(list.nextCursor).toBeNull();
    expect(list.leads.map(({ id }) => id).sort()).toEqual(ids.sort());
    const [index] = await fresh.sql<{ value: string[] }>(
      "select value from kv_store_3cbf86a5 where key = 'leads:index'",
    );
    expect(index?.value).toEqual(list.leads.map(({ id }) => id));
  } finally {
    await fresh.close();
  }
});
