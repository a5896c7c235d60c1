import '../rig/extension-in-node.ts';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Check, checkOf } from '../../extension/proof/check/check.ts';
import { ADMIN, trustIn, USERS } from '../auth/trust-in.ts';
import { startApi, type TestApi } from '../rig/api.ts';
import { type AuthServer, startAuthServer } from '../rig/auth-server.ts';
import { createTestDatabase, type TestDatabase } from '../rig/database.ts';
import { type OpenWorkspace, openConnection } from '../rig/extension-in-node.ts';
import { type FaultyProxy, startFaultyProxy } from '../rig/faulty-proxy.ts';
import { expectedSum } from '../rig/memory-table.ts';
import { insertLeads, numberedId, settleFeed } from '../rig/numbered-leads.ts';
import { type SupabaseProject, startSupabaseProject } from '../rig/supabase-project.ts';

const TABLE = 'kv_store_3cbf86a5';
const key = (number: number) => `lead:${numberedId(number)}`;

let auth: AuthServer;
let api: TestApi;
let proxy: FaultyProxy;
let project: SupabaseProject;
let view: OpenWorkspace;

const projectOn = ({ url }: TestDatabase) =>
  startSupabaseProject(url, { signingKeys: auth.jwks().keys, auth: { host: '127.0.0.1', port: auth.port } });

beforeAll(async () => {
  auth = await startAuthServer({ users: USERS });
});
afterAll(() => auth.close());
beforeEach(async () => {
  api = await startApi({}, trustIn(auth, Date.now));
  proxy = await startFaultyProxy(api.url);
  project = await projectOn(api.database);
});
afterEach(async () => {
  view?.close();
  await project.stop();
  await proxy.close();
  await api.close();
});

/** A check of an admin who signed in to the project, whose list of leads was read before. */
async function openSync({ url, keys } = project): Promise<Check> {
  await settleFeed(api);
  view = await openConnection(
    {
      id: crypto.randomUUID(),
      name: 'Test',
      url: proxy.url,
      account: ADMIN,
      supabase: { url, publishableKey: keys.publishable },
    },
    { kind: 'session', accessToken: await auth.token(ADMIN), refreshToken: 'x', expiresAt: Date.now() / 1_000 + 3_600 },
  );
  await view.leads.start(view.signal);
  return checkOf(view);
}
const storeLeads = async (count: number) => {
  await insertLeads(api, 1, count);
  await api.request('POST', '/sync/repair');
};
const state = () => view.lastCheck.value?.state;
const found = ({ findings }: Check) => findings.value.map(({ code, keys }) => [code, [...keys].sort()]);
const seen = ({ steps }: Check) => steps.direct.value.result;
const states = ({ steps }: Check) =>
  Object.fromEntries(Object.entries(steps).map(([name, step]) => [name, step.value.state]));
const ways = [
  ['a quick check', (sync: Check) => sync.check()],
  ['a full proof', (sync: Check) => sync.proveAll()],
] as const;

it('agrees in a quick check on what is on the screen, in a full proof on every row', async () => {
  await storeLeads(30);
  await api.request('POST', '/seed');
  const sync = await openSync();
  await sync.check();
  expect([state(), sync.steps.direct.value.state]).toEqual(['synced', 'passed']);
  expect(seen(sync)).toMatchObject({ scope: 'screen', reports: [{ state: 'passed', rows: 26 }] });
  await sync.proveAll();
  expect(view.lastCheck.value).toMatchObject({ state: 'synced', rows: 42 });
  expect(seen(sync)).toMatchObject({
    scope: 'all',
    reports: [
      { state: 'passed', rows: 36 },
      { state: 'passed', rows: 3 },
      { state: 'passed', rows: 3 },
    ],
    notCompared: [],
  });
  const { direct, steps } = sync.evidence();
  expect([direct?.scope, steps.direct.state, steps.direct.at]).toEqual(['all', 'passed', expect.any(String)]);
});

describe.each(ways)('%s', (_, check) => {
  it('is red where the API works on another database, and names the keys', async () => {
    const other = await createTestDatabase();
    const elsewhere = await projectOn(other);
    try {
      await insertLeads({ ...api, sql: other.sql }, 1, 5);
      const sync = await openSync(elsewhere);
      await check(sync);
      expect(state()).toBe('drift');
      expect(found(sync)).toEqual([['direct.differs', [1, 2, 3, 4, 5].map(key)]]);
      await storeLeads(4);
      await settleFeed(api);
      await view.look();
      await sync.checkAnew();
      expect(state()).toBe('synced');
      await other.sql(`update ${TABLE} set value = value || '{"name": "Eve"}' where key = $1`, [key(2)]);
      await check(sync);
      expect(state()).toBe('drift');
      expect(found(sync)).toMatchObject([['direct.differs', expect.arrayContaining([key(2)])]]);
    } finally {
      await elsewhere.stop();
      await other.drop();
    }
  });

  it('is red where an API lies and makes its sums fit', async () => {
    await storeLeads(10);
    type Page = { rows: { key: string; text: string }[]; whole?: object | null };
    const lie = (body: Page) => {
      const rows = body.rows.map((row) => ({ ...row, text: row.text.replace('"status": "new"', '"status": "won"') }));
      const page = expectedSum(rows.map(({ key: of, text }) => [of, text] as const));
      return { ...body, rows, page, ...(body.whole && { whole: { ...body.whole, ...page } }) };
    };
    const leadLie = (body: { leads: object[] }) => ({
      ...body,
      leads: body.leads.map((one) => ({ ...one, status: 'won' })),
    });
    proxy.set(
      { rewrite: (body) => ('leads' in body ? leadLie(body) : 'rows' in body ? lie(body) : body) },
      ({ path }) => /^\/(leads|sync\/rows)/.test(path),
    );
    const sync = await openSync();
    await check(sync);
    expect(state()).toBe('drift');
    expect(sync.steps.direct.value.state).toBe('wrong');
    const finding = sync.findings.value.find(({ code }) => code === 'direct.differs');
    expect([finding?.count, finding?.keys]).toEqual([10, expect.arrayContaining([key(1), key(10)])]);
  });

  it('could not be made where the table itself cannot be read', async () => {
    await storeLeads(3);
    const sync = await openSync();
    project.gateway.answerInstead((response) => response.writeHead(503).end('{"message": "no", "code": "PGRST002"}'));
    await check(sync);
    expect(view.lastCheck.value).toMatchObject({ state: 'failed', summary: expect.stringContaining('HTTP 503') });
    expect(states(sync)).toEqual({ report: 'passed', screen: 'passed', direct: 'failed' });
    expect(seen(sync)).toBeNull();
  });

  it('sends no sign-in to an address that the API makes of its table', async () => {
    await storeLeads(1);
    const sync = await openSync();
    proxy.set(
      {
        rewrite: ({ report, ...body }) => ({
          ...body,
          report: { ...report, database: { ...report.database, table: `../../auth/v1/user?x=${TABLE}` } },
        }),
      },
      ({ path }) => path.startsWith('/sync?'),
    );
    project.gateway.restRequests.length = 0;
    await check(sync);
    expect(view.lastCheck.value).toMatchObject({
      state: 'failed',
      summary: expect.stringContaining('not one of this product'),
    });
    expect(project.gateway.restRequests.filter(({ path }) => !path.startsWith('/rpc/'))).toEqual([]);
  });
});

it('keeps what it said of all rows where every one of them holds a secret', async () => {
  await storeLeads(3);
  await api.sql(`update ${TABLE} set value = value || '{"password": "$2b$10$x"}' where key like 'lead:%'`);
  const sync = await openSync();
  await sync.proveAll();
  expect(seen(sync)).toMatchObject({ scope: 'all', reports: [{ rows: 0, total: { withheld: 3 } }, {}, {}] });
  expect(sync.full.step.value.result?.map(({ received }) => received.count)).toEqual([0, 0, 0]);
  expect(states(sync)).toMatchObject({ direct: 'unchecked', screen: 'unchecked' });
});

it('says which kinds were not compared when the walk over one did not come to its end', async () => {
  await storeLeads(3);
  await api.request('POST', '/seed');
  const sync = await openSync();
  const eve = (body: { rows: { text: string }[] }) => ({
    ...body,
    rows: body.rows.map((row) => ({ ...row, text: row.text.replace('ann', 'eve') })),
  });
  proxy.set({ rewrite: eve }, ({ path }) => path.startsWith('/sync/rows?entity=leads'));
  await sync.proveAll();
  expect(state()).toBe('drift');
  expect(sync.steps.direct.value).toMatchObject({ state: 'unchecked', failure: null, ms: expect.any(Number) });
  expect(seen(sync)).toMatchObject({ notCompared: ['leads'], reports: [{ entity: 'users' }, { entity: 'orders' }] });
});

it('forgets what it said when a later check does not come to it', async () => {
  await storeLeads(3);
  const sync = await openSync();
  await sync.check();
  expect(sync.steps.direct.value.state).toBe('passed');
  proxy.set('refuse', ({ path }) => path.startsWith('/sync?'));
  await sync.check();
  expect([state(), sync.steps.direct.value.state, seen(sync)]).toEqual(['failed', 'unchecked', null]);
});
