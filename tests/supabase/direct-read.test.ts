import '../rig/extension-in-node.ts';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { createApi } from '../../extension/platform/api/api.ts';
import { createSyncApi } from '../../extension/platform/api/sync-api.ts';
import { createDirectTable, type DirectTable } from '../../extension/platform/connection/direct-table.ts';
import { compareKeys, compareRows, type DirectReport } from '../../extension/proof/check/direct-read.ts';
import type { SyncEntity } from '../../shared/contract/record-key.ts';
import { proveEntity, type Reader, Walk } from '../../shared/proof/table-proof.ts';
import { ADMIN, USERS } from '../auth/trust-in.ts';
import { startApi, type TestApi } from '../rig/api.ts';
import { type AuthServer, startAuthServer } from '../rig/auth-server.ts';
import { createTestDatabase, type TestDatabase } from '../rig/database.ts';
import { type FaultyProxy, startFaultyProxy } from '../rig/faulty-proxy.ts';
import { expectedSum } from '../rig/memory-table.ts';
import { editLead, insertLeads, numberedId } from '../rig/numbered-leads.ts';
import { type SupabaseProject, startSupabaseProject } from '../rig/supabase-project.ts';

const TABLE = 'kv_store_3cbf86a5';
const LEADS = 2_100;
const key = (number: number) => `lead:${numberedId(number)}`;

let auth: AuthServer;
let api: TestApi;
let proxy: FaultyProxy;
let project: SupabaseProject;
let direct: DirectTable;
let reader: Reader;

const tableIn = ({ url, keys }: SupabaseProject, email = ADMIN, table = TABLE) =>
  createDirectTable({ projectUrl: url, table, publishableKey: keys.publishable, token: () => auth.token(email) });
const projectOn = ({ url }: TestDatabase) =>
  startSupabaseProject(url, { signingKeys: auth.jwks().keys, auth: { host: '127.0.0.1', port: auth.port } });

beforeAll(async () => {
  auth = await startAuthServer({ users: USERS });
});
afterAll(() => auth.close());
beforeEach(async () => {
  api = await startApi();
  proxy = await startFaultyProxy(api.url);
  reader = createSyncApi(createApi({ url: proxy.url, token: async () => api.adminKey })).reader();
  project = await projectOn(api.database);
  direct = tableIn(project);
});
afterEach(async () => {
  await project.stop();
  await proxy.close();
  await api.close();
});

async function compare(entity: SyncEntity = 'leads', witness = direct, onProgress?: (...at: number[]) => void) {
  const walk = new Walk(entity, { keepDigests: true });
  const proof = await proveEntity(walk, reader);
  const report = await compareRows({ walk, reader, direct: witness, ...(onProgress && { onProgress }) });
  return { proof, report };
}

/** How many rows of a kind there are, and which are named. */
const named = ({ total, named }: DirectReport, kind: DirectReport['named'][number]['kind']) => [
  total[kind],
  ...named.filter((row) => row.kind === kind).map((row) => row.key),
];

it('agrees row for row where PostgREST cuts its lists, and withholds what holds a secret', async () => {
  await insertLeads(api, 1, LEADS);
  await api.request('POST', '/seed');
  const secret = 'user:user_1_a';
  await api.sql(`insert into ${TABLE} (key, value) values ($1, '{"id": "user_1_a", "password": "$2b$10$x"}')`, [
    secret,
  ]);
  const progress: number[][] = [];
  const { proof, report } = await compare('leads', direct, (...at) => progress.push(at));
  expect(proof.state).toBe('proven');
  const [{ count }] = (await api.sql(`select count(*)::integer from ${TABLE} where key ~ '^lead:lead_'`)) as [
    { count: number },
  ];
  expect(count).toBeGreaterThan(LEADS);
  expect(report).toMatchObject({ state: 'passed', rows: count, named: [], message: null });
  expect(Object.values(report.total)).toEqual(Array(7).fill(0));
  expect(progress[0]).toEqual([1_000, count]);
  expect(progress.at(-1)).toEqual([count, count]);
  const users = (await compare('users')).report;
  expect(users).toMatchObject({ state: 'passed', rows: 3 });
  expect(named(users, 'withheld')).toEqual([1, secret]);
  expect((await compare('orders')).report).toMatchObject({ state: 'passed', rows: 3 });
  const [{ oid }] = (await api.sql(`select '${TABLE}'::regclass::oid::integer as oid`)) as [{ oid: number }];
  expect(await direct.tableId()).toBe(oid);
});

it('agrees on an empty table, and compares single keys', async () => {
  expect((await compare()).report).toMatchObject({ state: 'unchecked', rows: 0 });
  expect(await direct.tableId()).toBeNull();
  await insertLeads(api, 1, 250);
  const keys = Array.from({ length: 250 }, (_, i) => key(i + 1));
  await api.sql(`update ${TABLE} set value = value || '{"password": "x"}' where key = $1`, [key(2)]);
  const report = await compareKeys({ keys: [...keys, key(999)], reader, direct });
  expect(report).toMatchObject({ state: 'passed', rows: 249 });
  expect([named(report, 'withheld'), named(report, 'missing')]).toEqual([
    [1, key(2)],
    [1, key(999)],
  ]);
});

it('differs by the rows that differ when the API works on another database', async () => {
  const other = await createTestDatabase();
  const elsewhere = await projectOn(other);
  try {
    await insertLeads(api, 1, 30);
    const copy = await api.sql(`select key, value from ${TABLE} where key ~ '^lead:'`);
    await other.sql(
      `insert into ${TABLE} (key, value) select key, value from jsonb_to_recordset($1) as (key text, value jsonb)`,
      [JSON.stringify(copy)],
    );
    const witness = tableIn(elsewhere);
    expect((await compare('leads', witness)).report.state).toBe('passed');
    await editLead(api, numberedId(3), { name: 'Ann' });
    await api.sql(`delete from ${TABLE} where key = $1`, [key(4)]);
    await other.sql(`delete from ${TABLE} where key = $1`, [key(5)]);
    const { proof, report } = await compare('leads', witness);
    expect(proof.state).toBe('proven');
    expect(report).toMatchObject({ state: 'wrong', rows: 27 });
    expect([named(report, 'onlyOurs'), named(report, 'onlyTheirs'), named(report, 'different')]).toEqual([
      [1, key(5)],
      [1, key(4)],
      [1, key(3)],
    ]);
    expect(report.named).toContainEqual({
      ...{ kind: 'different', key: key(3) },
      ...{ ours: expect.stringContaining('Ann'), theirs: expect.not.stringContaining('Ann') },
    });
    expect(report.message).toContain('show 3 rows differently');
    expect(await compareKeys({ keys: [key(3), key(6)], reader, direct: witness })).toMatchObject({
      state: 'wrong',
      rows: 1,
      total: { different: 1 },
    });
    await other.sql(`delete from ${TABLE}`);
    await other.sql(`insert into ${TABLE} (key, value) values ($1, '{}')`, [key(1)]);
    const apart = (await compare('leads', witness)).report;
    expect(apart).toMatchObject({ state: 'wrong', rows: 0, total: { onlyOurs: 28, different: 1 } });
    expect(apart.named.filter(({ kind }) => kind === 'onlyOurs')).toHaveLength(20);
    expect(apart.message).toContain('another database than the project you signed in to');
  } finally {
    await elsewhere.stop();
    await other.drop();
  }
});

it('does not read again without end when everything differs', async () => {
  const other = await createTestDatabase();
  const elsewhere = await projectOn(other);
  try {
    await insertLeads(api, 1, LEADS);
    const { report } = await compare('leads', tableIn(elsewhere));
    expect(report).toMatchObject({ state: 'wrong', rows: 0, total: { onlyOurs: 2_000, unread: LEADS - 2_000 } });
    expect(report.message).toContain('at least 2,000 rows');
  } finally {
    await elsewhere.stop();
    await other.drop();
  }
});

it('says so when row level security hides all rows, or some', async () => {
  await insertLeads(api, 1, 25);
  await api.sql(`drop policy crm_readers on ${TABLE}`);
  const { report } = await compare();
  expect(report).toMatchObject({ state: 'wrong', rows: 0, total: { onlyOurs: 25 } });
  expect(report.message).toMatch(
    /^Supabase shows you no row of kv_store_3cbf86a5, our API shows 25 rows\. Row level security/,
  );
  await api.sql(`create policy theirs on ${TABLE} for select to authenticated using (key > '${key(2)}')`);
  const some = (await compare()).report;
  expect(some).toMatchObject({ state: 'wrong', rows: 23 });
  expect(named(some, 'onlyOurs')).toEqual([2, key(1), key(2)]);
  expect(some.message).toMatch(/^Supabase does not show you 2 rows that our API shows; all others are equal\./);
});

it('names the row of an API that lies and makes its sums fit', async () => {
  await insertLeads(api, 1, 40);
  type Page = { rows?: { key: string; text: string }[]; page: object; whole?: object | null };
  const lie = (body: Page) => {
    const rows = body.rows?.map((row) => (row.key === key(7) ? { ...row, text: row.text.replace('new', 'won') } : row));
    if (!rows) return body;
    const page = expectedSum(rows.map(({ key: of, text }) => [of, text] as const));
    return { ...body, rows, page, ...(body.whole && { whole: { ...body.whole, ...page } }) };
  };
  proxy.set({ rewrite: lie }, ({ path }) => path.startsWith('/sync/rows'));
  const { proof, report } = await compare();
  expect(proof.state).toBe('proven');
  expect(report).toMatchObject({ state: 'wrong', rows: 39 });
  expect(named(report, 'different')).toEqual([1, key(7)]);
  expect(await compareKeys({ keys: [key(7)], reader, direct })).toMatchObject({ state: 'wrong', rows: 0 });

  // It lies about lists alone: nothing moved, so what is right when it is asked for by key is no proof of agreement.
  proxy.set({ rewrite: lie }, ({ path }) => path.startsWith('/sync/rows?'));
  const moved = (await compare()).report;
  expect(moved).toMatchObject({ state: 'pending', rows: 39 });
  expect(named(moved, 'moving')).toEqual([1, key(7)]);
});

it('calls nothing different that moved between the two readings', async () => {
  await insertLeads(api, 1, 10);
  const walk = new Walk('leads', { keepDigests: true });
  expect((await proveEntity(walk, reader)).state).toBe('proven');
  await editLead(api, numberedId(1), { name: 'Ann' });
  await api.sql(`delete from ${TABLE} where key = $1`, [key(2)]);
  await insertLeads(api, 11, 12);
  expect(await compareRows({ walk, reader, direct })).toMatchObject({
    state: 'passed',
    rows: 11,
    named: [{ kind: 'missing', key: key(2) }],
    message: null,
  });

  const restless: DirectTable = {
    ...direct,
    async byKey(keys, signal) {
      const rows = await direct.byKey(keys, signal);
      await editLead(api, numberedId(3), { name: crypto.randomUUID() });
      return rows;
    },
  };
  expect(await compareKeys({ keys: [key(3), key(4)], reader, direct: restless })).toMatchObject({
    state: 'pending',
    rows: 1,
    named: [{ kind: 'moving', key: key(3) }],
    message: 'Rows changed while they were compared. Compare again.',
  });
});

it('ends when it is cancelled', async () => {
  await insertLeads(api, 1, 10);
  const walk = new Walk('leads', { keepDigests: true });
  await proveEntity(walk, reader);
  const end = new AbortController();
  const comparing = compareRows({
    walk,
    reader,
    direct,
    signal: end.signal,
    onProgress: () => end.abort(new Error('left')),
  });
  await expect(comparing).rejects.toThrow('left');
});

it('says why the table cannot be read past the API', async () => {
  await insertLeads(api, 1, 2);
  const failureOf = (table: DirectTable) =>
    table.byKey([key(1)]).then(
      () => expect.fail('It was read.'),
      ({ kind, message }) => `${kind}: ${message}`,
    );
  expect(await failureOf(tableIn(project, 'nobody@studio.example'))).toMatch(/^rejected: .*no role admin or viewer/);
  expect(await failureOf(tableIn(project, ADMIN, 'kv_store_other'))).toMatch(
    /^rejected: .* has no table kv_store_other/,
  );
  const expired = createDirectTable({
    projectUrl: project.url,
    table: TABLE,
    publishableKey: project.keys.publishable,
    token: () => auth.token(ADMIN, { exp: 1 }),
  });
  expect(await failureOf(expired)).toMatch(/^rejected: .*does not take your sign-in/);
  project.gateway.answerInstead((response) => response.writeHead(540).end('{"message": "Project paused"}'));
  expect(await failureOf(direct)).toMatch(/^unreachable: .* is paused\./);
  project.gateway.answerInstead((response) => response.writeHead(503).end('{"message": "no", "code": "PGRST002"}'));
  expect(await failureOf(direct)).toMatch(/^unreachable: .*cannot answer now \(HTTP 503\)/);
  project.gateway.answerInstead((response) => response.writeHead(200).end('<h1>Welcome</h1>'));
  expect(await failureOf(direct)).toMatch(/^foreign: /);
  project.gateway.answerInstead((response) => response.writeHead(200).end('[{"key": 1}]'));
  expect(await failureOf(direct)).toMatch(/^foreign: /);
  project.gateway.answerInstead((response) => response.writeHead(200).end('[{"key": "lead:lead_1_a", "text": "{}"}]'));
  const endless = async () => {
    for await (const rows of direct.pages('leads')) expect(rows).toHaveLength(1);
  };
  await expect(endless()).rejects.toMatchObject({ kind: 'foreign' });
  project.gateway.answerInstead((response) => response.writeHead(401).end('{"message": "Invalid API key"}'));
  expect(await failureOf(direct)).toMatch(/^rejected: .*Invalid API key \(HTTP 401\)/);
  await project.gateway.close();
  expect(await failureOf(direct)).toMatch(/^unreachable: Nobody answers/);
});
