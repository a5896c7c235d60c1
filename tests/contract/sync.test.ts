import { afterAll, beforeAll, expect, it } from 'vitest';
import { repairReply, type SyncReport, syncReply } from '../../shared/contract/sync-report.ts';
import { startApi, type TestApi } from '../rig/api.ts';
import { insertLeads } from '../rig/numbered-leads.ts';
import { captureLead, createOrder } from './operations.ts';
import { expectRefusal } from './refusals.ts';

const TABLE = 'kv_store_3cbf86a5';

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

const report = async () => syncReply.parse(await (await api.request('GET', '/sync')).json()).report;
const repair = async (query = '') =>
  repairReply.parse(await (await api.request('POST', `/sync/repair${query}`)).json());

const faults = ({ findings }: SyncReport) => findings.map(({ code, entity, count }) => ({ code, entity, count }));

it('an empty table has no fault, and is of no project', async () => {
  const found = await report();
  const { database, counts } = found;
  expect(faults(found)).toEqual([]);
  expect(database).toMatchObject({ table: TABLE, projectRef: null, primary: true });
  expect(counts.leads).toEqual({ rows: 0, indexed: 0 });
});

it('what came through the API has no fault, what did not has one, and each is counted', async () => {
  await captureLead(api);
  await createOrder(api);
  const before = await report();
  expect(faults(before)).toEqual([]);
  expect(before).toMatchObject({
    counts: { leads: { rows: 1, indexed: 1 }, users: { rows: 1, indexed: 1 }, orders: { rows: 1, indexed: 1 } },
    digests: { leads: { count: 1 }, users: { count: 1 }, orders: { count: 1, withheld: 0 } },
  });
  await insertLeads(api, 1, 30);
  const { verdict, counts, findings } = await report();
  expect({ verdict, leads: counts.leads }).toEqual({ verdict: 'drift', leads: { rows: 31, indexed: 1 } });
  const missing = findings.find(({ code }) => code === 'index.missing');
  expect(missing).toMatchObject({ entity: 'leads', count: 30, severity: 'error', repairable: true });
  expect(missing?.keys).toHaveLength(20);
});

const MISSING = [{ code: 'index.missing', entity: 'leads', count: 30 }];

it.each(['dryRun=yes', 'dryRun=', 'dryRun=1&dryRun=0', 'force=1'])('a repair with ?%s is refused', async (query) => {
  await expectRefusal(await api.request('POST', `/sync/repair?${query}`), 400);
  expect(faults(await report())).toEqual(MISSING);
});

it('a repair is tried out without a change, then done, and no record is another', async () => {
  const before = await report();
  const tried = await repair('?dryRun=1');
  expect(tried.dryRun).toBe(true);
  expect(faults(tried.report)).toEqual(MISSING);
  expect(faults(await report())).toEqual(MISSING);
  const done = await repair();
  expect(done).toMatchObject({ dryRun: false, changeCount: tried.changeCount, changes: tried.changes });
  for (const after of [done.report, await report()]) {
    expect(faults(after)).toEqual([]);
    expect(after).toMatchObject({ digests: before.digests, counts: { leads: { rows: 31, indexed: 31 } } });
  }
  expect(await repair('?dryRun=0')).toMatchObject({ changeCount: 0, changes: [] });
});

it.each([
  [
    'rows that no index names',
    'index.missing',
    `insert into ${TABLE} values ('lead:lead_1_a', '{"id": "lead_1_a", "email": "a@b.co"}')`,
  ],
  [
    'entries that lead nowhere',
    'index.dangling',
    `update ${TABLE} set value = value || '["lead_1_gone"]' where key = 'leads:index'`,
  ],
])('%s are drift, also where the function that looks for faults finds none', async (_, code, fault) => {
  const [{ source = '' } = {}] = await api.sql(
    "select pg_get_functiondef('crm.sync_findings()'::regprocedure) as source",
  );
  await api.sql(
    `create or replace function crm.sync_findings() returns jsonb language sql stable as $$ select '[]'::jsonb $$`,
  );
  await api.sql(fault);
  for (const { verdict, findings } of [await report(), (await repair('?dryRun=1')).report]) {
    expect(verdict).toBe('drift');
    expect(findings).toMatchObject([
      { code, severity: 'error', entity: 'leads', count: 1, keys: [], repairable: false },
    ]);
  }
  await api.sql(source as string);
  expect((await repair()).report.verdict).toBe('synced');
});

it.each(['GET /sync', 'POST /sync/repair', 'GET /diagnostics/schema'])(
  '%s repeats the nonce of its caller',
  async (call) => {
    const [method = '', path = ''] = call.split(' ');
    const answer = async (query: string) =>
      (await (await api.request(method, path + query)).json()) as { nonce: unknown };
    expect((await answer('?nonce=just-now-1')).nonce).toBe('just-now-1');
    expect((await answer('')).nonce).toBeNull();
    await expectRefusal(await api.request(method, `${path}?nonce=short`), 400);
  },
);
